/* Printing: everything that can be opened is open on paper, and as it was afterwards; a page that
   says so prints what its reader has opened. */

function startPrinting() {
  let closed = [];
  if (one("main").dataset.prints === "open") return;
  addEventListener("beforeprint", () => {
    closed = all("main details:not([open])");
    for (const details of closed) details.open = true;
  });
  addEventListener("afterprint", () => {
    for (const details of closed) details.open = false;
    closed = [];
  });
}
