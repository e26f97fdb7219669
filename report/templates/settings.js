/* Settings: colours, marks, the search key; kept where the browser allows it. */

function startSettings() {
  for (const input of all("#display input[name=theme]")) {
    input.checked = input.value === (memory.read("theme") ?? "system");
    if (input.checked) setTheme(input.value);
    input.addEventListener("change", () => {
      setTheme(input.value);
      memory.write("theme", input.value);
    });
  }
  for (const box of all("#display input[type=checkbox]")) {
    const set = () => root.toggleAttribute(`data-no-${box.name}`, !box.checked);
    box.checked = memory.read(box.name) !== "off";
    box.addEventListener("change", () => {
      set();
      memory.write(box.name, box.checked ? "on" : "off");
    });
    set();
  }
  one("#print").addEventListener("click", () => {
    one("#display").hidePopover();
    print();
  });
  one("#open-display").hidden = false;
}

function setTheme(theme) {
  if (theme === "system") delete root.dataset.theme;
  else root.dataset.theme = theme;
}
