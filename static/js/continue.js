// Presses the only button of a page that has nothing to ask.
document.querySelector("form[data-continue]")?.requestSubmit();
