/* Filtering: of a long table only the rows that hold the words written above it. */

function startFiltering(within) {
  for (const area of all("[data-filter]", within)) {
    const tables = area.matches("table") ? [area] : all("table", area);
    const rows = tables.flatMap((table) => [...table.tBodies].flatMap((body) => [...body.rows]));
    if (rows.length < 10) continue;
    const texts = new Map();
    const input = make("input", {
      type: "search",
      autocomplete: "off",
      spellcheck: "false",
      "aria-label": say("filter_label", { table: area.dataset.filter }),
      placeholder: say("filter"),
    });
    const told = make("span", { class: "told", role: "status" });
    (area.closest(".scroll") ?? area).before(make("p", { class: "narrow" }, input, told));
    input.addEventListener("input", () => {
      for (const row of rows) if (!texts.has(row)) texts.set(row, fold(textOf(row)));
      const terms = fold(input.value).split(" ").filter(Boolean);
      const kept = tables.reduce(
        (sum, table) => sum + filterTable(table, terms, texts, area.dataset.filterBy === "table"),
        0,
      );
      const lines = rows.filter(counted).length;
      told.textContent = terms.length ? say("filtered", { shown: kept, all: lines }) : "";
    });
  }
}

const counted = (row) => moves(row) && !one("[scope=rowgroup]", row);

/** Hide the rows without the terms; a heading stays with its rows, bases with their table. */
function filterTable(table, terms, texts, whole) {
  const holds = (text) => terms.every((term) => text.includes(term));
  const title = holds(fold(table.caption?.textContent ?? "")) && terms.length > 0;
  const rows = [...table.tBodies].flatMap((body) => [...body.rows]);
  const any = title || (whole && rows.some((row) => holds(texts.get(row))));
  let kept = 0;
  let heading;
  let open = false;
  for (const row of rows) {
    if (one("[scope=rowgroup]", row)) {
      heading = row;
      open = terms.length > 0 && holds(texts.get(row));
      row.hidden = terms.length > 0 && !any && !open;
      continue;
    }
    row.hidden = !any && !open && !holds(texts.get(row));
    if (row.hidden) continue;
    if (heading) heading.hidden = false;
    if (counted(row)) kept += 1;
  }
  (table.closest(".scroll") ?? table).hidden = kept === 0 && terms.length > 0;
  const tools = table.closest(".scroll")?.nextElementSibling;
  if (tools?.matches(".tools")) tools.hidden = kept === 0 && terms.length > 0;
  return kept;
}
