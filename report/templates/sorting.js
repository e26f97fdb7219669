/* Sorting: answers change places among themselves; subtotals, totals and bases stay. */

const FIXED = "subtotal total base missing mean".split(" ");
const MISSING = "—";

function startSorting(area) {
  const collator = new Intl.Collator(locale, { numeric: true, sensitivity: "base" });
  for (const table of all("table", area)) {
    const segments = [...table.tBodies].flatMap((body) => segmentsOf(body));
    if (!segments.some((rows) => rows.filter(moves).length > 2)) continue;
    if (one("tbody [rowspan]", table)) continue;
    for (const [head, column] of headsOf(table)) {
      const button = make("button", { type: "button", class: "sort", title: say("sort") });
      button.append(...head.childNodes);
      head.append(button);
      button.addEventListener("click", () => {
        const next = { none: "ascending", ascending: "descending", descending: "none" };
        const order = next[head.getAttribute("aria-sort") ?? "none"];
        for (const other of all("th[aria-sort]", table)) other.removeAttribute("aria-sort");
        if (order !== "none") head.setAttribute("aria-sort", order);
        for (const rows of segments)
          rearrange(rows, order, column, head.classList.contains("n"), collator);
        announce(say(`sorted_${order}`, { column: textOf(head) }));
      });
    }
  }
}

/** Rows of a body, cut where a heading of several rows stands. */
function segmentsOf(body) {
  const segments = [[]];
  for (const row of body.rows) {
    if (one("[scope=rowgroup]", row)) segments.push([]);
    else segments.at(-1).push(row);
  }
  return segments.filter((rows) => rows.length);
}

const moves = (row) => !FIXED.some((kind) => row.classList.contains(kind));

/** Headings of single columns that reach the table's body, each with its column. */
function headsOf(table) {
  if (!table.tHead) return [];
  const heads = [];
  const taken = [];
  const rows = [...table.tHead.rows];
  rows.forEach((row, down) => {
    let column = 0;
    for (const cell of row.cells) {
      while (taken[down]?.[column]) column += 1;
      for (let below = 0; below < cell.rowSpan; below += 1) {
        const line = (taken[down + below] ??= []);
        for (let across = 0; across < cell.colSpan; across += 1) line[column + across] = true;
      }
      const reaches = down + cell.rowSpan === rows.length;
      if (cell.matches("th[scope=col]") && cell.colSpan === 1 && reaches && cell.textContent.trim())
        heads.push([cell, column]);
      column += cell.colSpan;
    }
  });
  return heads;
}

function rearrange(rows, order, column, numeric, collator) {
  const body = rows[0].parentElement;
  const after = rows.reduce((last, row) =>
    last.compareDocumentPosition(row) & Node.DOCUMENT_POSITION_FOLLOWING ? row : last,
  );
  const next = after.nextSibling;
  const keyed = rows
    .filter(moves)
    .map((row, first) => ({ row, first, key: keyOf(row, column, numeric) }));
  const sign = order === "descending" ? -1 : 1;
  keyed.sort((a, b) => {
    if (order === "none") return a.first - b.first;
    // What has no number comes last, up or down.
    if (a.key === undefined || b.key === undefined)
      return (a.key === undefined) - (b.key === undefined) || a.first - b.first;
    return sign * (numeric ? a.key - b.key : collator.compare(a.key, b.key)) || a.first - b.first;
  });
  let moved = 0;
  for (const row of rows) body.insertBefore(moves(row) ? keyed[moved++].row : row, next);
}

function keyOf(row, column, numeric) {
  let at = 0;
  for (const cell of row.cells) {
    if (at === column) return numeric ? numberIn(textOf(cell)) : textOf(cell) || undefined;
    at += cell.colSpan;
    if (at > column) return undefined;
  }
  return undefined;
}

/** The first number of a text: comma or point, a typographic minus, "below", powers of ten. */
function numberIn(text) {
  const plain = text
    .replace(/[\s\u00a0\u2009\u202f]/g, "")
    .replace(/\u2212/g, "-")
    .replace(/,/g, ".");
  const found = /^([<>≈=]*)([+-]?\d+(?:\.\d+)?)(?:·10\^(\d+))?/.exec(plain);
  if (text === MISSING || !found) return undefined;
  const number = Number(found[2]) * 10 ** Number(found[3] ?? 0);
  return found[1].includes("<") ? number - 1e-9 : number;
}
