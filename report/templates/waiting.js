/* Waiting: long tables, and the many exhibits of a wide file, stay outside the page's layout until
   they are opened, come near the screen, are searched, printed or asked for. */

const WAITING = "template.waiting";

/** What every table and number of an area gets. */
const furnish = (area) => {
  for (const start of [startScrolling, startSorting, startFiltering, startSaving]) start(area);
  for (const start of [startNumbers, startMarks]) start(area);
};

function startWaiting() {
  const near = new IntersectionObserver(
    (entries) => {
      for (const { target, isIntersecting } of entries) if (isIntersecting) unpack(target);
    },
    { rootMargin: "2000px" },
  );
  for (const place of all(WAITING)) {
    const holder = place.parentElement;
    if (holder.tagName === "DETAILS") holder.addEventListener("toggle", () => unpack(holder));
    else near.observe(holder);
  }
  addEventListener("beforeprint", unpackAll);
}

/** Put what waits in an element in its place. */
function unpack(holder) {
  const place = one(`:scope > ${WAITING}`, holder);
  if (!place) return;
  place.replaceWith(place.content);
  holder.classList.replace("waits", "unpacked") || holder.classList.add("unpacked");
  furnish(holder);
  elements.clear();
}

/** Put everything in its place; tell whether anything waited. */
function unpackAll() {
  const places = all(WAITING);
  for (const place of places) unpack(place.parentElement);
  return places.length > 0;
}
