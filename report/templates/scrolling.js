/* Scrolling: a table is a stop of the Tab key, keeps its first column and shows that it goes on,
   only while it is wider than its place. */

function startScrolling(area) {
  const near = new Set(); // Places on the screen or close to it; the others are not laid out.
  const set = (places) => {
    // Read everything, then write: else the browser would lay the page out anew for each.
    const measured = [...places].map((place) => [
      place,
      // A mark that hangs over the edge by less than a letter hides no number.
      place.scrollWidth > place.clientWidth + 6,
      place.scrollLeft + place.clientWidth >= place.scrollWidth - 6,
    ]);
    for (const [place, scrolls, ends] of measured) {
      place.classList.toggle("scrolls", scrolls);
      place.classList.toggle("ends", ends);
      if (scrolls) place.tabIndex = 0;
      else place.removeAttribute("tabindex");
    }
  };
  const watch = new IntersectionObserver(
    (entries) => {
      for (const { target, isIntersecting } of entries) {
        if (isIntersecting) near.add(target);
        else near.delete(target);
      }
      set(near);
    },
    { rootMargin: "1000px" },
  );
  for (const place of all(".scroll", area)) {
    watch.observe(place);
    place.addEventListener("scroll", () => set([place]), { passive: true });
  }
  // In the next frame, since the tables themselves change their place's height.
  new ResizeObserver(() => requestAnimationFrame(() => set(near))).observe(one("main"));
}

/** Open what an address leads into: not every browser does, and none opens what bears the name. */
function startAnchors() {
  const open = () => {
    const name = location.hash.slice(1);
    const named = () =>
      all("main [id]").find((element) => encodeURIComponent(element.id) === name);
    const target = named() ?? (name && unpackAll() ? named() : undefined);
    for (let outer = target; outer; outer = outer.parentElement) {
      if (outer.tagName === "DETAILS" && !outer.open) outer.open = true;
    }
  };
  addEventListener("hashchange", open);
  open();
}
