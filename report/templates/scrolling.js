/* Scrolling: a table is a stop of the Tab key, and keeps its first column, only while it is wider
   than its place. */

function startScrolling() {
  const places = all("main .scroll");
  const set = () => {
    const scrolls = places.map((place) => place.scrollWidth > place.clientWidth + 1);
    places.forEach((place, at) => {
      place.classList.toggle("scrolls", scrolls[at]);
      if (scrolls[at]) place.tabIndex = 0;
      else place.removeAttribute("tabindex");
    });
  };
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
