/* Start: each part by itself, so that one that fails takes no other with it. */

root.classList.add("scripted");
for (const start of [
  startContents,
  startLanguages,
  startSettings,
  startWaiting,
  startPrinting,
  startScrolling,
  startAnchors,
  startSorting,
  startFiltering,
  startSaving,
  startNumbers,
  startAsking,
  startMarks,
  startSearch,
  startCard,
]) {
  try {
    start(one("main"));
  } catch (problem) {
    console.error(problem);
  }
}
