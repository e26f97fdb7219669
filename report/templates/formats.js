/* Formats: a table as text for a spreadsheet, as CSV and as LaTeX, as it stands on the screen. */

const SPECIAL = {
  "\\": "\\textbackslash{}",
  "~": "\\textasciitilde{}",
  "^": "\\textasciicircum{}",
  "−": "$-$",
  "<": "$<$",
  ">": "$>$",
  "≈": "$\\approx$",
  χ: "$\\chi$",
  "²": "$^2$",
  "\u00a0": "~",
  "–": "--",
  "—": "---",
};

/** What a table is called: its caption, or the name of the place where it scrolls. */
function titleOf(table) {
  const caption = table.caption?.textContent.replace(/\s+/g, " ").trim();
  return (
    caption ||
    table.closest(".scroll")?.getAttribute("aria-label") ||
    table.closest(".card, .exhibit, section")?.querySelector("h2, h3")?.textContent ||
    ""
  );
}

const marked = (name, ending) =>
  `${name}${application.origin && "_" + application.origin}.${application.language}.${ending}`;

function fileName(table, ending) {
  const own =
    table.dataset.table ?? table.dataset.audit ?? table.dataset.frequencies ?? table.dataset.model;
  return marked(
    own ??
      fold(titleOf(table))
        .replace(/[^\p{L}\p{N}]+/gu, "_")
        .slice(0, 60),
    ending,
  );
}

/** A label that a spreadsheet would calculate is text; a signed number is a number. */
function harmless(text) {
  const number = /^[+\-−]?[\d\s.,]+$/.test(text);
  return /^[=+\-@\t\r]/.test(text) && !number ? `'${text}` : text.replace(/^−(?=\d)/, "-");
}

function asText(table) {
  const lines = linesOf(gridOf(table)).map((line) => line.map(harmless).join("\t"));
  return (
    [titleOf(table), ...lines, ...(application.mark ? [application.mark] : [])].join("\n") + "\n"
  );
}

/** Where numbers have a decimal comma, a spreadsheet expects a semicolon between the fields. */
function asCsv(table) {
  const between = (1.5).toLocaleString(locale).includes(",") ? ";" : ",";
  const quoted = (text) =>
    /["\n]/.test(text) || text.includes(between) ? `"${text.replaceAll('"', '""')}"` : text;
  const lines = linesOf(gridOf(table)).map((line) =>
    line.map((text) => quoted(harmless(text))).join(between),
  );
  return [...lines, ...(application.mark ? [quoted(application.mark)] : [])].join("\r\n") + "\r\n";
}

function asLatex(table) {
  const { rows, width } = gridOf(table);
  const numeric = Array.from({ length: width }, (_, column) =>
    rows.some((row) =>
      row.cells.some((cell) => cell.column === column && cell.numeric && cell.wide === 1),
    ),
  );
  const lines = [];
  rows.forEach((row, place) => {
    if (place && rows[place - 1].head && !row.head) lines.push("\\midrule");
    const cells = Array(width).fill("");
    for (const cell of row.cells) {
      if (cell.column >= width) continue;
      const wide = Math.min(cell.wide, width - cell.column);
      const text = cell.heading ? `\\textit{${latex(cell.text)}}` : latex(cell.text);
      cells[cell.column] =
        wide > 1 ? `\\multicolumn{${wide}}{${row.head ? "c" : "l"}}{${text}}` : text;
      for (let skipped = 1; skipped < wide; skipped += 1) cells[cell.column + skipped] = undefined;
    }
    lines.push(`${cells.filter((cell) => cell !== undefined).join(" & ")} \\\\`);
  });
  const title = [titleOf(table), application.mark && `[${application.mark}]`]
    .filter(Boolean)
    .join(" ");
  return (
    [
      "% \\usepackage{booktabs}",
      "\\begin{table}",
      `\\caption{${latex(title)}}`,
      `\\begin{tabular}{${numeric.map((right) => (right ? "r" : "l")).join("")}}`,
      "\\toprule",
      ...lines,
      "\\bottomrule",
      "\\end{tabular}",
      "\\end{table}",
    ].join("\n") + "\n"
  );
}

function latex(text) {
  const signs = /[\\~^−<>≈χ²\u00a0–—]|[#$%&_{}]/g;
  return text.replace(signs, (sign) => SPECIAL[sign] ?? `\\${sign}`);
}
