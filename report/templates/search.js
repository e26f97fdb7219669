/* Search: every block of text on the page, whatever its letters' case and whether ё is written. */

const BLOCKS = "h1, h2, h3, h4, p, li, caption, tr, dt, dd, figcaption, summary, .box";
const MOST_SHOWN = 40;
let blocks = [];

function startSearch() {
  const dialog = one("#search");
  const input = one("#sought");
  const list = one("#found");
  let chosen = -1;
  let found = [];
  const open = () => {
    if (unpackAll() || !blocks.length) blocks = collect();
    if (!dialog.open) dialog.showModal();
    input.select();
    if (input.value) seek();
  };
  const choose = (place) => {
    const options = [...list.children];
    chosen = options.length ? (place + options.length) % options.length : -1;
    options.forEach((option, index) =>
      option.setAttribute("aria-selected", String(index === chosen)),
    );
    if (chosen < 0) input.removeAttribute("aria-activedescendant");
    else {
      input.setAttribute("aria-activedescendant", options[chosen].id);
      options[chosen].scrollIntoView({ block: "nearest" });
    }
  };
  const go = (block) => {
    dialog.close();
    show(block.element, true);
  };
  const seek = () => {
    const terms = fold(input.value).split(" ").filter(Boolean);
    found = terms.length
      ? blocks.filter((block) => terms.every((term) => block.folded.includes(term)))
      : [];
    found.sort((a, b) => b.heading - a.heading || a.place - b.place);
    list.replaceChildren(
      ...found
        .slice(0, MOST_SHOWN)
        .map((block, place) =>
          make(
            "li",
            {
              role: "option",
              id: `found-${place}`,
              "aria-selected": "false",
              click: () => go(block),
            },
            make("span", { class: "where" }, block.section),
            make("span", { class: "snippet" }, ...snippet(block, terms)),
          ),
        ),
    );
    input.setAttribute("aria-expanded", String(found.length > 0));
    one("#found-count").textContent = terms.length ? count("found", found.length) : "";
    light(found, terms);
    choose(found.length ? 0 : -1);
  };
  input.addEventListener("input", seek);
  input.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown") choose(chosen + 1);
    else if (event.key === "ArrowUp") choose(chosen - 1);
    else if (event.key === "Enter" && chosen >= 0) go(found[chosen]);
    else return;
    event.preventDefault();
  });
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog) dialog.close();
  });
  dialog.addEventListener("cancel", () => light([], []));
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !dialog.open) light([], []);
  });
  one("#close-search").addEventListener("click", () => dialog.close());
  one("#open-search").addEventListener("click", open);
  one("#open-search").hidden = false;
  document.addEventListener("keydown", (event) => {
    // On a Russian keyboard the key of the slash types a full stop.
    const slash = event.key === "/" || (event.code === "Slash" && !event.shiftKey);
    if (
      !slash ||
      event.ctrlKey ||
      event.altKey ||
      event.metaKey ||
      root.hasAttribute("data-no-slash")
    )
      return;
    if (event.target.closest("input, textarea, select, dialog[open]:not(#card)")) return;
    event.preventDefault();
    open();
  });
}

/** Letters as they are compared: one case, е for ё, plain spaces, a plain minus. */
function fold(text) {
  return text
    .replace(/\u00ad/g, "")
    .replace(/[\s\u00a0\u2009\u202f]+/g, " ")
    .replace(/[\u2212\u2013\u2014]/g, "-")
    .toLocaleLowerCase(locale)
    .replace(/ё/g, "е")
    .trim();
}

function collect() {
  const found = [];
  let section = "";
  for (const element of all(BLOCKS, one("main"))) {
    if (element.closest(".tools, .narrow, .asking, svg, [hidden]")) continue;
    const heading = /^H[1-4]$/.test(element.tagName);
    if (element.tagName === "H2") section = element.textContent;
    // A block inside a block would be found twice.
    if (!heading && element.parentElement.closest(BLOCKS)) continue;
    const parts = element.tagName === "TR" ? [...element.cells].map(textOf) : [element.textContent];
    const text = parts.join("  ").replace(/\s+/g, " ").trim();
    if (text)
      found.push({ element, text, folded: fold(text), section, heading, place: found.length });
  }
  return found;
}

/** The surroundings of the first term, with every term marked. */
function snippet(block, terms) {
  const first = block.folded.indexOf(terms[0]);
  const at = first < 100 ? 0 : first - 40;
  const piece = block.text.slice(at, at + 150);
  const parts = [at ? "…" : ""];
  let end = 0;
  for (const [from, to] of spans(
    fold(piece).length === piece.length ? fold(piece) : piece.toLowerCase(),
    terms,
  )) {
    parts.push(piece.slice(end, from), make("mark", {}, piece.slice(from, to)));
    end = to;
  }
  return [...parts, piece.slice(end), at + 150 < block.text.length ? "…" : ""];
}

/** Where the terms stand in a text, without overlaps. */
function spans(text, terms) {
  const found = [];
  for (const term of terms) {
    for (let at = text.indexOf(term); at >= 0; at = text.indexOf(term, at + term.length))
      found.push([at, at + term.length]);
  }
  found.sort((a, b) => a[0] - b[0]);
  return found.filter(([from], place) => !place || from >= found[place - 1][1]);
}

/** Light up what was found, where the browser can do so without changing the page. */
function light(found, terms) {
  if (!("highlights" in CSS)) return;
  CSS.highlights.delete("found");
  const ranges = [];
  for (const block of found) {
    const walker = document.createTreeWalker(block.element, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const text = node.data
        .toLowerCase()
        .replace(/ё/g, "е")
        .replace(/[\u00a0\u2009]/g, " ")
        .replace(/\u2212/g, "-");
      if (text.length !== node.length) continue;
      for (const [from, to] of spans(text, terms)) {
        const range = new Range();
        range.setStart(node, from);
        range.setEnd(node, to);
        ranges.push(range);
      }
    }
  }
  if (ranges.length) CSS.highlights.set("found", new Highlight(...ranges));
}
