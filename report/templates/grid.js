/* Grid: a table as rows of texts, in the order and with the rows that are on the screen. */

/** Every cell once, at its first column: {text, column, wide, tall, numeric, heading}. */
function gridOf(table) {
  const rows = [];
  const taken = [];
  let width = 0;
  for (const row of table.rows) {
    if (!row.checkVisibility()) continue;
    const here = (taken[rows.length] ??= []);
    const cells = [];
    let column = 0;
    for (const cell of row.cells) {
      while (here[column]) column += 1;
      for (let down = 0; down < cell.rowSpan; down += 1) {
        const there = (taken[rows.length + down] ??= []);
        for (let across = 0; across < cell.colSpan; across += 1) there[column + across] = true;
      }
      if (!cell.matches("[aria-hidden=true]")) {
        const numeric = cell.classList.contains("n");
        const heading = cell.matches("[scope=rowgroup]");
        cells.push({
          text: textOf(cell),
          column,
          wide: cell.colSpan,
          tall: cell.rowSpan,
          numeric,
          heading,
        });
        width = Math.max(width, column + cell.colSpan);
      }
      column += cell.colSpan;
    }
    rows.push({ head: row.parentElement.tagName === "THEAD", cells });
  }
  // A heading over the whole table may reach over a column that is only drawn.
  const filled = Math.max(
    ...rows.flatMap((row) =>
      row.cells.filter((cell) => cell.wide === 1).map((cell) => cell.column + 1),
    ),
  );
  return { rows, width: Math.min(width, filled) };
}

/** What a cell says, without the marks that may stand beside its number. */
function textOf(cell) {
  const copy = cell.cloneNode(true);
  for (const mark of all(".mark", copy)) mark.remove();
  for (const line of all("br, .phrase, small, .steps", copy)) line.before(" ");
  return copy.textContent.replace(/\s+/g, " ").trim();
}

/** The texts of a grid, a place for each column. */
function linesOf(grid) {
  return grid.rows.map((row) => {
    const line = Array(grid.width).fill("");
    for (const cell of row.cells) if (cell.column < grid.width) line[cell.column] = cell.text;
    return line;
  });
}
