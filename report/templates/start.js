/* Start: each part by itself, so that one that fails takes no other with it. */

root.classList.add("scripted");
for (const start of [
  startContents,
  startLanguages,
  startSettings,
  startPrinting,
  startScrolling,
  startAnchors,
  startSorting,
  startFiltering,
  startSaving,
  startNumbers,
  startMarks,
  startSearch,
  startCard,
]) {
  try {
    start();
  } catch (problem) {
    console.error(problem);
  }
}
