/* Scrolling: a table is a stop of the Tab key, keeps its first column and shows that it goes on,
   only while it is wider than its place. */

function startScrolling() {
  const places = all("main .scroll");
  const mark = (place) => {
    const end = place.scrollLeft + place.clientWidth >= place.scrollWidth - 6;
    place.classList.toggle("ends", end);
  };
  const set = () => {
    // A mark that hangs over the edge by less than a letter hides no number.
    const scrolls = places.map((place) => place.scrollWidth > place.clientWidth + 6);
    places.forEach((place, at) => {
      place.classList.toggle("scrolls", scrolls[at]);
      mark(place);
      if (scrolls[at]) place.tabIndex = 0;
      else place.removeAttribute("tabindex");
    });
  };
  places.forEach((place) => {
    mark(place);
    place.addEventListener("scroll", () => mark(place), { passive: true });
  });
  // In the next frame, since the tables themselves change their place's height.
  new ResizeObserver(() => requestAnimationFrame(set)).observe(one("main"));
}

/** Open what an address leads into: not every browser does, and none opens what bears the name. */
function startAnchors() {
  const open = () => {
    const name = location.hash.slice(1);
    const target = all("main [id]").find((element) => encodeURIComponent(element.id) === name);
    for (let outer = target; outer; outer = outer.parentElement) {
      if (outer.tagName === "DETAILS" && !outer.open) outer.open = true;
    }
  };
  addEventListener("hashchange", open);
  open();
}
