/* Foundation: words, elements, memory, announcements, moving among many with one tab stop.
   The files of the page's script are joined in the order of resurvey/report/application.py. */

const root = document.documentElement;
const application = JSON.parse(document.getElementById("application").textContent);
const locale = localeOf(application.language);
const plural = new Intl.PluralRules(locale);
const still = matchMedia("(prefers-reduced-motion: reduce)");

const one = (selector, within = document) => within.querySelector(selector);
const all = (selector, within = document) => [...within.querySelectorAll(selector)];

/** A study may name its language as no browser does. */
function localeOf(language) {
  try {
    return Intl.getCanonicalLocales(language)[0];
  } catch {
    return "en";
  }
}

/** A word of the page's language with its {places} filled. */
function say(key, values = {}) {
  return application.words[key].replace(/\{(\w+)\}/g, (_, name) => String(values[name]));
}

/** The form of a word that goes with a number. */
function count(key, n, values = {}) {
  const form = `${key}_${plural.select(n)}`;
  return say(form in application.words ? form : `${key}_other`, { n, ...values });
}

/** An element; strings among its children become text, never markup. */
function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") element.addEventListener(name, value);
    else if (value !== false && value != null)
      element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.filter((child) => child != null && child !== ""));
  return element;
}

/** What a reader chose last time; a page from disk may not be allowed to remember. */
const memory = {
  read(key) {
    try {
      return localStorage.getItem(`resurvey.${key}`);
    } catch {
      return null;
    }
  },
  write(key, value) {
    try {
      localStorage.setItem(`resurvey.${key}`, value);
    } catch {
      // The choice then lasts as long as the page is open.
    }
  },
};

/** Tell those who listen what has happened. */
function announce(text) {
  one("#announcement").textContent = text;
}

/** Open everything that hides an element, bring it into view, and show where it is. */
function show(element, focus = false) {
  for (let outer = element; outer; outer = outer.parentElement) {
    if (outer.tagName === "DETAILS") outer.open = true;
  }
  element.scrollIntoView({ block: "center", behavior: still.matches ? "auto" : "smooth" });
  if (focus) {
    if (!element.matches("a, button, input, [tabindex]")) element.tabIndex = -1;
    element.focus({ preventScroll: true });
  }
  element.classList.remove("arrived");
  void element.getBoundingClientRect(); // Else the browser would not start the animation again.
  element.classList.add("arrived");
  element.addEventListener("animationend", () => element.classList.remove("arrived"), {
    once: true,
  });
}

/** Several elements with one tab stop: arrows move among them, Home and End to the ends. */
function rove(elements) {
  elements.forEach((element, place) => {
    element.tabIndex = place ? -1 : 0;
    element.addEventListener("keydown", (event) => {
      const next = neighbour(elements, element, event.key);
      if (!next || event.altKey || event.ctrlKey || event.metaKey) return;
      event.preventDefault();
      for (const other of elements) other.tabIndex = other === next ? 0 : -1;
      next.focus();
    });
  });
}

function neighbour(every, from, key) {
  // Rows change places when a table is sorted, and some are hidden when it is filtered.
  const before = (a, b) =>
    a.compareDocumentPosition(b) & Node.DOCUMENT_POSITION_FOLLOWING ? -1 : 1;
  const elements = every.filter((element) => element.checkVisibility()).sort(before);
  const place = elements.indexOf(from);
  if (key === "ArrowRight") return elements[place + 1];
  if (key === "ArrowLeft") return elements[place - 1];
  if (key === "Home") return elements[0];
  if (key === "End") return elements.at(-1);
  if (key !== "ArrowUp" && key !== "ArrowDown") return undefined;
  // Rows are what the eye sees: the nearest line above or below, and in it the nearest element.
  const here = from.getBoundingClientRect();
  const lines = key === "ArrowDown" ? 1 : -1;
  let best;
  let least = Infinity;
  for (const other of elements) {
    const there = other.getBoundingClientRect();
    const down = (lines * (there.top + there.bottom - here.top - here.bottom)) / 2;
    if (down < here.height * 0.6) continue;
    const far = down * 1000 + Math.abs(there.right - here.right);
    if (far < least) [best, least] = [other, far];
  }
  return best;
}
