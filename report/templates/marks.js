/* Marks: signs beside the numbers of tables, which a reader may switch off. */

const NOTABLE = 2; // Adjusted residuals of this size or more, as everywhere in the report.

function startMarks(area) {
  for (const table of all(".exhibit table", area)) {
    const legend = new Map();
    for (const cell of all("td[data-number]", table)) {
      const signs = [
        significanceOf(cell.dataset.number),
        verdictMarkOf(cell.dataset.number),
      ].filter(Boolean);
      if (!signs.length) continue;
      const marks = make("span", { class: "marks" });
      for (const { kind, sign, told, legend: line } of signs) {
        marks.append(
          make(
            "span",
            { class: `mark ${kind}`, role: "img", "aria-label": told, title: told },
            sign,
          ),
        );
        legend.set(line, [kind, sign]);
      }
      cell.append(marks);
    }
    if (legend.size) (table.closest(".scroll") ?? table).after(legendOf(legend));
  }
}

function significanceOf(identity) {
  if (!identity.startsWith("percent:")) return undefined;
  const value = Number(factOf(identity.replace("percent:", "residual:"))?.value);
  if (!(Math.abs(value) >= NOTABLE)) return undefined;
  const key = value > 0 ? "mark_above" : "mark_below";
  const told = `${say(key)}: ${written(String(Math.round(value * 10) / 10))}`;
  return { kind: "significance", sign: value > 0 ? "▲" : "▼", told, legend: say(key) };
}

function verdictMarkOf(identity) {
  const { verdict, printed } = factOf(identity) ?? {};
  const quiet = ["agrees", "confirmed", "internally_consistent", "cannot_be_checked"];
  if (!verdict || quiet.includes(verdict)) return undefined;
  const word = application.verdicts[verdict] ?? verdict;
  const partly = ["by_rounded_parts", "imprecise", "depends_on_reading"];
  const soft = verdict.startsWith("agrees") || partly.includes(verdict);
  const sign = soft ? "°" : "✕";
  return {
    kind: soft ? "verdicts parts" : "verdicts disagrees",
    sign,
    told: say("mark_verdict", { printed, verdict: word }),
    legend: say("mark_printed", { verdict: word }),
  };
}

function legendOf(legend) {
  const lines = [...legend].map(([text, [kind, sign]]) =>
    make("span", { class: `mark ${kind}` }, make("b", {}, sign), ` ${text}`),
  );
  return make("p", { class: "legend" }, ...lines);
}
