/* Saving: a table as text, CSV or LaTeX, a drawing as SVG or PNG, made of what the page holds. */

function startSaving(area) {
  for (const table of all("table", area)) {
    const outer = table.closest(".scroll") ?? table;
    const name = titleOf(table);
    if (table.rows.length < 3 || !name) continue;
    const button = (key, action) => make("button", { type: "button", click: action }, say(key));
    const copyAs = (key, format) => button(key, () => copyAndTell(format(table), say(key)));
    const saveCsv = () => save(fileName(table, "csv"), "text/csv", `\ufeff${asCsv(table)}`);
    const buttons = [
      copyAs("as_text", asText),
      copyAs("as_csv", asCsv),
      copyAs("as_latex", asLatex),
      button("save_csv", saveCsv),
    ];
    rove(buttons);
    const [copying, saving] = [make("span", {}, say("copy")), make("span", {}, say("save"))];
    const label = say("tools", { table: name });
    outer.after(toolbar(label, copying, ...buttons.slice(0, 3), saving, buttons[3]));
  }
  for (const figure of all("figure", area)) {
    const [drawing, caption] = [one("svg", figure), one("figcaption", figure)];
    if (!drawing || !caption) continue;
    const name = (figure.id || "drawing").replace(/^drawing-/, "");
    const saveDrawing = () => save(marked(name, "svg"), "image/svg+xml", drawingText(drawing));
    const savePng = () => savePicture(drawing, marked(name, "png"));
    const buttons = [
      make("button", { type: "button", click: saveDrawing }, "SVG"),
      make("button", { type: "button", click: savePng }, "PNG"),
    ];
    rove(buttons);
    const label = say("tools_figure", { figure: drawing.getAttribute("aria-label").slice(0, 80) });
    caption.append(toolbar(label, make("span", {}, say("save")), ...buttons));
  }
}

const toolbar = (label, ...content) =>
  make("div", { class: "tools", role: "toolbar", "aria-label": label }, ...content);

async function copyAndTell(text, what) {
  announce(say((await copy(text)) ? "copied" : "not_copied", { what }));
}

/** Copy a text; where the browser refuses its clipboard, as a person would. */
async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const area = make("textarea", { class: "unseen", "aria-hidden": "true" });
    area.value = text;
    document.body.append(area);
    area.select();
    const done = document.execCommand("copy");
    area.remove();
    return done;
  }
}

function save(name, kind, content) {
  const address = URL.createObjectURL(
    content instanceof Blob ? content : new Blob([content], { type: `${kind};charset=utf-8` }),
  );
  make("a", { href: address, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(address), 10000);
  announce(say("saved", { file: name }));
}

/** A drawing as a file of its own, in the size of its view box. */
function drawingText(drawing, scale = 1) {
  const copy = drawing.cloneNode(true);
  const box = drawing.viewBox.baseVal;
  copy.setAttribute("xmlns", "http://www.w3.org/2000/svg");
  copy.setAttribute("width", box.width * scale);
  copy.setAttribute("height", box.height * scale);
  return `<?xml version="1.0" encoding="utf-8"?>\n${new XMLSerializer().serializeToString(copy)}\n`;
}

function savePicture(drawing, name) {
  const box = drawing.viewBox.baseVal;
  const scale = 3;
  const picture = new Image();
  picture.addEventListener("load", () => {
    const canvas = make("canvas", {
      width: Math.round(box.width * scale),
      height: Math.round(box.height * scale),
    });
    canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
    canvas.toBlob((blob) => save(name, "image/png", blob), "image/png");
  });
  // The page's policy lets pictures come from data only.
  const drawn = encodeURIComponent(drawingText(drawing, scale));
  picture.src = `data:image/svg+xml;charset=utf-8,${drawn}`;
}
