/* Card: where one number comes from, down to the respondents it counts and the files it is in. */

const card = { identity: undefined, from: undefined, trail: [] };

const openedNumber = () => (one("#card").open ? card.identity : undefined);

function startCard() {
  one("#close-card").addEventListener("click", closeCard);
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && one("#card").open && !one("#search").open) closeCard();
  });
  if (graph.names.length) one(".asking")?.removeAttribute("hidden");
  addEventListener("hashchange", followAddress);
  followAddress();
}

/** Open the card of a number; `from` is where the focus goes when it is closed. */
function openCard(identity, from, trail = []) {
  const panel = one("#card");
  Object.assign(card, { identity, from, trail });
  unmark();
  for (const element of elementsOf(identity)) element.classList.add("asked");
  one("#card-body").replaceChildren(...fill(identity, from));
  if (!panel.open) panel.show();
  panel.scrollTop = 0;
  one("#card-title").focus({ preventScroll: true });
  remember(numberAddress(identity));
}

function closeCard() {
  one("#card").close();
  unmark();
  remember(location.pathname + location.search);
  card.from?.focus?.({ preventScroll: true });
}

function unmark() {
  for (const element of all(".asked")) element.classList.remove("asked");
}

/** Write the address without loading anything; a page from disk may not be allowed to. */
function remember(address) {
  try {
    history.replaceState(null, "", address);
  } catch {
    // The card works without an address.
  }
}

function fill(identity, from) {
  const fact = factOf(identity);
  const element = numberElement(identity) ?? from;
  const shown = shownOf(identity) ?? (fact ? written(fact.value) : textOf(element));
  const note = element?.title || from?.title;
  const parts = [
    card.trail.length
      ? make("button", { type: "button", class: "plain back", click: goBack }, say("card_back"))
      : null,
    make("p", { class: "value" }, shown, make("span", {}, unitOf(fact, shown))),
    make(
      "p",
      { class: "place" },
      [kindOf(identity), ...placeOf(identity)].filter(Boolean).join(" · "),
    ),
  ];
  if (fact) {
    parts.push(
      ...howSections(fact, shown),
      printedSection(fact),
      questionSection(fact),
      cleaningSection(fact),
      madeSection(fact),
    );
    parts.push(
      listSection(
        "card_uses",
        usesOf(identity).filter((other) => numberElement(other)),
      ),
    );
  } else {
    const { count: counted, base } = from?.closest?.("[data-count]")?.dataset ?? {};
    if (counted)
      parts.push(
        section("card_how", make("p", {}, `100 · ${counted} / ${base} → ${shown}`)),
      );
    else parts.push(make("p", {}, note || say("card_unknown")));
  }
  parts.push(
    section(
      "card_name",
      make("code", {}, identity),
      make("button", { type: "button", class: "plain", click: copyAddress }, say("card_link")),
    ),
  );
  return parts.filter(Boolean);
}

/** The number as the page prints it. */
function shownOf(identity) {
  const element = elementsOf(identity).find((other) => !other.closest("svg"));
  return element ? textOf(element).replace(/^= /, "") : undefined;
}

function unitOf(fact, shown) {
  const key = `unit_${fact?.unit}`;
  return key in application.words && !shown.endsWith("%") && /\d/.test(shown) ? ` ${say(key)}` : "";
}

const section = (key, ...content) =>
  content.some(Boolean) ? make("section", {}, make("h3", {}, say(key)), ...content) : null;

/** A number as a link to its own card. */
function linkTo(identity, text) {
  const go = () => {
    const element = numberElement(identity);
    const stop = element?.matches("td") ? one("button", element) : element;
    if (element) show(element);
    openCard(identity, stop ?? card.from, [
      ...card.trail,
      { identity: card.identity, from: card.from },
    ]);
  };
  return make(
    "button",
    { type: "button", class: "link", click: go, "data-identity": identity },
    text ?? shownOf(identity) ?? written(factOf(identity)?.value ?? ""),
  );
}

function goBack() {
  const last = card.trail.at(-1);
  openCard(last.identity, last.from, card.trail.slice(0, -1));
}

function howSections(fact, shown) {
  const sum = sumOf(fact, shown);
  const told =
    fact.formula && !["published", "setting", "count", "tally", "ledger"].includes(fact.formula)
      ? formulaOf(fact)
      : undefined;
  const inSum = new Set(
    sum.flatMap((line) =>
      line.filter((part) => part instanceof Element).map((part) => part.dataset.identity),
    ),
  );
  const rest = fact.from.filter((other) => !inSum.has(other));
  return [
    section(
      "card_how",
      ...sum.map((line) => make("p", { class: "sum" }, ...line)),
      told && !sum.length ? make("p", { class: "sum" }, told) : null,
      reasonOf(fact),
    ),
    fact.who || fact.within
      ? section(
          "card_whom",
          make("ul", {}, ...peopleOf(fact).map((line) => make("li", {}, line))),
        )
      : null,
    listSection("card_from", rest),
  ];
}

function formulaOf(fact) {
  return application.words[`formula_${fact.formula}`] ?? graph.formulas[fact.formula] ?? "";
}

/** The arithmetic with its numbers as links; what is rounded is rounded once, at the end. */
function sumOf(fact, shown) {
  const of = (kind) => fact.from.filter((other) => other.startsWith(`${kind}:`));
  const [[counted], [base], shares] = [of("count"), of("base"), of("percent")];
  const exact = written(fact.value);
  const end = exact === shown ? [] : [" → ", shown];
  const ratio =
    counted && base ? ["100 · ", linkTo(counted), " / ", linkTo(base), ` = ${exact}`] : [];
  const joined = (parts, sign) =>
    parts.flatMap((part, place) => (place ? [sign, linkTo(part)] : [linkTo(part)]));
  if (fact.formula === "share" && ratio.length) return [[...ratio, ...end]];
  if (fact.formula === "share_from_rounded" && shares.length)
    return [
      [...joined(shares, " + "), ` = ${shown}`],
      [say("card_from_counts"), " ", ...ratio],
    ];
  if (fact.formula === "difference" && shares.length === 2)
    return [
      [...joined(shares, " − "), ...(end.length ? [` = ${exact}`, ...end] : [` = ${shown}`])],
    ];
  if (fact.formula === "difference_from_rounded" && shares.length === 2)
    return [
      [...joined(shares, " − "), ` = ${shown}`],
      [say("card_from_counts"), ` ${exact}`],
    ];
  if (fact.formula === "sum" && fact.from.length)
    return [[...joined(fact.from, " + "), ` = ${exact}`]];
  if (/\d/.test(exact) && end.length && fact.unit !== "printed")
    return [[formulaOf(fact)], [`= ${exact}`, ...end]].filter(([first]) => first);
  return [];
}

/** Why there is a dash instead of a number. */
function reasonOf(fact) {
  const note = numberElement(fact.identity)?.querySelector("button")?.title;
  return fact.value === "" && note ? make("p", {}, note) : null;
}

function listSection(key, identities) {
  if (!identities.length) return null;
  const item = (other) =>
    make(
      "li",
      {},
      linkTo(other),
      make("span", { class: "soft" }, ` ${[kindOf(other), ...placeOf(other)].join(" · ")}`),
    );
  const first = identities.slice(0, 8);
  const rest = identities.slice(8);
  const more = rest.length
    ? make(
        "details",
        {},
        make("summary", {}, count("card_more", rest.length)),
        make("ul", {}, ...rest.map(item)),
      )
    : null;
  return section(key, make("ul", {}, ...first.map(item)), more);
}

function printedSection(fact) {
  if (!fact.verdict || fact.unit === "printed")
    return fact.verdict ? section("card_verdict", make("p", {}, verdictOf(fact))) : null;
  const beside = fact.identity.replace(/^\w+/, "printed");
  const told = fact.printed
    ? make("b", {}, numberElement(beside) ? linkTo(beside, fact.printed) : fact.printed)
    : null;
  return section("card_printed", make("p", {}, told, told ? " " : "", verdictOf(fact)));
}

function verdictOf(fact) {
  const kind = {
    agrees: "agrees",
    agrees_by_printed_parts: "parts",
    confirmed: "agrees",
    internally_consistent: "agrees",
    by_rounded_parts: "parts",
    imprecise: "parts",
    depends_on_reading: "parts",
    cannot_be_checked: "",
  }[fact.verdict];
  return make(
    "span",
    { class: `verdict ${kind ?? "disagrees"}` },
    application.verdicts[fact.verdict] ?? fact.verdict,
  );
}

function questionSection(fact) {
  const lines = fact.items.map((name) => {
    const { label = name, source } = graph.questions[name] ?? {};
    return make(
      "li",
      {},
      label,
      make(
        "span",
        { class: "soft" },
        ` ${source && source !== name ? say("card_source", { name, source }) : name}`,
      ),
    );
  });
  return lines.length ? section("card_questions", make("ul", {}, ...lines)) : null;
}

function cleaningSection(fact) {
  if (!fact.items.length) return null;
  const lines = fact.steps.map((number) => {
    const { action, why, rows_touched: touched, rows_removed: removed } = graph.steps[number] ?? {};
    const told = [why, say("card_step", { touched, removed })].filter(Boolean).join("; ");
    return make("li", {}, `${number}. ${application.actions[action] ?? action}: ${told}`);
  });
  return section(
    "card_cleaning",
    lines.length ? make("ul", {}, ...lines) : make("p", {}, say("card_untouched")),
  );
}

function madeSection(fact) {
  const { code } = graph.rules[fact.rule] ?? {};
  const line = Object.entries(fact.line)
    .map(([key, value]) => `${key} = ${value}`)
    .join(", ");
  const row = (key, ...content) =>
    content.some(Boolean) ? [make("dt", {}, say(key)), make("dd", {}, ...content)] : [];
  return section(
    "card_made",
    make(
      "dl",
      {},
      ...row("card_rule", fact.rule),
      ...row("card_file", fact.file, line ? make("span", { class: "soft" }, ` ${line}`) : null),
      ...row("card_code", code ? make("code", {}, code) : null),
      ...row(
        "card_inputs",
        ...fact.inputs.map((path) =>
          make("span", { class: "input" }, path, make("code", {}, graph.inputs[path])),
        ),
      ),
    ),
  );
}

function copyAddress() {
  const page = location.href.split("#")[0];
  copyAndTell(page + numberAddress(card.identity), say("card_link_word"));
}
