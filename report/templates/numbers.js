/* Numbers: every number that has a name can be asked where it comes from. */

const NUMBERS = "td[data-number], span.number[data-number]";
const OWN_ACTION = "summary, a, label"; // A number inside does what its surroundings do.

/** Make the numbers buttons; each table, and the text around it, is one tab stop. */
function startNumbers(area) {
  const groups = new Map();
  for (const place of all(NUMBERS, area).filter((place) => !place.closest(OWN_ACTION))) {
    const button = place.tagName === "TD" ? buttonIn(place) : place;
    if (button === place) place.setAttribute("role", "button");
    const group = place.closest("table, .exhibit, section");
    if (!groups.has(group)) groups.set(group, []);
    groups.get(group).push(button);
  }
  for (const buttons of groups.values()) rove(buttons);
}

/** Answer whoever asks a number, by the mouse or by the keys. */
function startAsking() {
  document.addEventListener("click", (event) => {
    const number = event.target.closest("[data-number]");
    // A selection made by dragging over a number is no question.
    if (number && !number.closest(OWN_ACTION) && getSelection().isCollapsed) ask(number);
  });
  document.addEventListener("keydown", (event) => {
    const number = event.target.closest?.("span.number[data-number]");
    if (!number || (event.key !== "Enter" && event.key !== " ")) return;
    event.preventDefault();
    ask(number);
  });
}

function buttonIn(cell) {
  const button = make("button", { type: "button", class: "number" });
  button.append(...cell.childNodes);
  cell.append(button);
  if (cell.title) button.title = cell.title;
  cell.removeAttribute("title");
  return button;
}

function ask(number) {
  openCard(number.dataset.number, number.matches("td") ? one("button", number) : number);
}

const elements = new Map();

/** Where a number stands: in tables first, then in sentences, then in drawings. */
function elementsOf(identity) {
  if (!elements.get(identity) && unpackAll()) elements.clear();
  if (!elements.size) {
    const rank = (element) =>
      [element.matches("td"), element.closest("td"), !element.closest("svg"), true].findIndex(
        Boolean,
      );
    for (const element of all("[data-number]", one("main"))) {
      const name = element.dataset.number;
      elements.set(name, [...(elements.get(name) ?? []), element]);
    }
    for (const found of elements.values()) found.sort((a, b) => rank(a) - rank(b));
  }
  return elements.get(identity) ?? [];
}

/** The place of a number that a reader is led to. */
const numberElement = (identity) => elementsOf(identity)[0];

/** The part of an address that names a number. */
function numberAddress(identity) {
  return `#number=${encodeURIComponent(identity).replace(/%(3A|2F|2B|2C)/g, decodeURIComponent)}`;
}

/** Go to the number that the address names. */
function followAddress() {
  const named = /^#number=(.+)$/.exec(location.hash);
  if (!named) return false;
  let identity;
  try {
    identity = decodeURIComponent(named[1]);
  } catch {
    return false;
  }
  const element = numberElement(identity);
  if (!element) return false;
  const button = element.matches("td") ? one("button", element) : element;
  show(element);
  openCard(identity, button);
  return true;
}
