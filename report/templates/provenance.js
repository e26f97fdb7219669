/* Provenance: the graph of the page's numbers, as resurvey/report/embedding.py wrote it. */

const graph = JSON.parse(one("#provenance").textContent);
const places = new Map(graph.names.map((name, place) => [name, place]));
const decimal = (1.5).toLocaleString(locale).includes(",") ? "," : ".";
let uses;

/** Everything the graph says of a number; nothing where it does not know it. */
function factOf(identity) {
  const place = places.get(identity);
  if (place === undefined) return undefined;
  const [value, common, from = [], line = {}, printed = "", verdict = "", who, within] =
    graph.numbers[place];
  return {
    identity,
    value,
    from: from.map((other) => graph.names[other]),
    line,
    printed,
    verdict,
    who: who || undefined,
    within,
    items: [],
    steps: [],
    inputs: [],
    ...graph.common[common],
  };
}

/** Numbers that are computed from a number. */
function usesOf(identity) {
  if (!uses) {
    uses = new Map();
    graph.numbers.forEach(([, , from = []], place) => {
      for (const part of from) {
        if (!uses.has(part)) uses.set(part, []);
        uses.get(part).push(graph.names[place]);
      }
    });
  }
  return uses.get(places.get(identity)) ?? [];
}

/** A number of the results' files as the page's language writes it, cut after four decimals. */
function written(value) {
  const found = /^(-?\d+)(?:\.(\d+))?(?:e([+-]\d+))?$/.exec(value);
  if (!found) return value;
  const [, whole, digits = "", exponent] = found;
  const sign = whole.replace("-", "\u2212");
  const power = exponent ? `·10^${Number(exponent)}` : "";
  if (!Number(digits) || digits === "0") return sign + power;
  return `${sign}${decimal}${digits.slice(0, 4)}${digits.length > 4 ? "…" : ""}${power}`;
}

/** Whom a count counts: a line for each condition, those of its table last. */
function peopleOf({ who = {}, within = {} }) {
  const conditions = [...Object.entries(who), ...Object.entries(within)];
  const lines = conditions.map(([variable, codes]) => {
    const question = graph.questions[variable];
    return `${question?.label ?? variable}: ${answersOf(codes, question)}`;
  });
  return lines.length ? lines : [say("card_everyone")];
}

/** The answers of a condition: listed, any, none, or between two values. */
function answersOf(codes, question) {
  if (Array.isArray(codes))
    return codes.map((code) => question?.answers[code] ?? code).join(say("card_or"));
  if (typeof codes === "string") return say(codes === "answered" ? "card_answered" : "card_missing");
  const ends = [codes.min, codes.max].map((end) => (end === undefined ? "" : written(String(end))));
  if (ends.every(Boolean)) return ends[0] === ends[1] ? ends[0] : ends.join("\u2013");
  return say(ends[0] ? "card_at_least" : "card_at_most", { n: ends[0] || ends[1] });
}

/** What a number is: its place in a table on the page, else in the results' files. */
function placeOf(identity) {
  const cell = numberElement(identity)?.closest("td");
  const row = cell && one("th[scope=row]", cell.parentElement);
  if (row) {
    const table = cell.closest("table");
    const head = headsOf(table).find(([, column]) => column === columnOf(cell));
    const title = table.caption?.matches(".unseen")
      ? ""
      : table.caption?.firstChild?.textContent.trim();
    return [title, groupOf(cell.parentElement), textOf(row), head && textOf(head[0])].filter(
      Boolean,
    );
  }
  const { line = {}, who, within } = factOf(identity) ?? {};
  if (who && Object.keys(who).length) return peopleOf({ who, within });
  const question = graph.questions?.[line.row_variable ?? line.variable];
  const answers = (line.row_code ?? line.code ?? "")
    .split("+")
    .map((code) => question?.answers[code])
    .filter(Boolean);
  const columns = graph.questions?.[line.column_variable]?.label;
  const test = application.tests[line.test];
  const part = `part_${identity.split("/").at(-1)}`;
  return [question?.label, answers.join(" + "), columns, test, application.words[part]].filter(
    Boolean,
  );
}

function columnOf(cell) {
  let column = 0;
  for (let before = cell.previousElementSibling; before; before = before.previousElementSibling)
    column += before.colSpan;
  return column;
}

/** The heading over a row's group of rows. */
function groupOf(row) {
  for (let above = row; above; above = above.previousElementSibling) {
    const heading = one("[scope=rowgroup]", above);
    if (heading) return textOf(heading);
  }
  return "";
}

/** The word for what kind of number it is. */
function kindOf(identity) {
  const key = `kind_${identity.split(":")[0]}`;
  return key in application.words ? say(key) : "";
}
