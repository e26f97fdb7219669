/* Contents: where the reader is, a drawer on narrow screens, the other language at the place. */

const wide = matchMedia("(min-width: 64rem)");

function startContents() {
  const nav = one("#contents");
  if (!nav) return;
  startDrawer(nav);
  const links = all("a[href^='#']", nav);
  const targets = links.map((link) => document.getElementById(link.hash.slice(1)));
  let waiting = false;
  const spy = () => {
    waiting = false;
    const place = lastAbove(targets, innerHeight * 0.3);
    links.forEach((link, index) => {
      if (index !== place) link.removeAttribute("aria-current");
      else if (!link.hasAttribute("aria-current")) {
        link.setAttribute("aria-current", "location");
        keepInView(link, nav);
      }
    });
  };
  const later = () => {
    if (!waiting) requestAnimationFrame(spy);
    waiting = true;
  };
  addEventListener("scroll", later, { passive: true });
  addEventListener("resize", later);
  spy();
}

function lastAbove(targets, line) {
  let last = -1;
  targets.forEach((target, place) => {
    if (target && target.getBoundingClientRect().top <= line) last = place;
  });
  return last;
}

function keepInView(link, nav) {
  const [inner, outer] = [link.getBoundingClientRect(), nav.getBoundingClientRect()];
  if (inner.top < outer.top) nav.scrollTop -= outer.top - inner.top + 40;
  if (inner.bottom > outer.bottom) nav.scrollTop += inner.bottom - outer.bottom + 40;
}

function startDrawer(nav) {
  const button = one("#open-contents");
  const draw = (open) => {
    nav.hidden = !wide.matches && !open;
    button.hidden = wide.matches;
    button.setAttribute("aria-expanded", String(open && !wide.matches));
    if (!wide.matches || open) one("details", nav).open = true;
  };
  button.addEventListener("click", () => {
    const open = nav.hidden;
    draw(open);
    if (open) one("a", nav).focus();
  });
  nav.addEventListener("click", (event) => {
    if (event.target.closest("a")) draw(false);
  });
  nav.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || wide.matches) return;
    draw(false);
    button.focus();
  });
  document.addEventListener("click", (event) => {
    if (
      !wide.matches &&
      !nav.hidden &&
      !nav.contains(event.target) &&
      !button.contains(event.target)
    )
      draw(false);
  });
  wide.addEventListener("change", () => draw(false));
  draw(false);
}

/** Links to the other languages lead to the place that is on the screen now. */
function startLanguages() {
  for (const link of all(".languages a")) {
    const page = link.getAttribute("href");
    const follow = () => link.setAttribute("href", page + placeOnScreen());
    for (const when of ["pointerdown", "focus", "click"]) link.addEventListener(when, follow);
  }
}

function placeOnScreen() {
  const open = openedNumber();
  if (open) return numberAddress(open);
  const places = all("main [id]").filter(
    (element) => !element.closest("svg") && element.checkVisibility(),
  );
  const last = places[lastAbove(places, one(".toolbar").offsetHeight + 40)];
  return last && scrollY > 0 ? `#${encodeURIComponent(last.id)}` : "";
}
