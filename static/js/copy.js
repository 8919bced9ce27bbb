// <button type="button" data-copy="id of an element" hidden>: there only where the browser can copy.
if (navigator.clipboard && window.isSecureContext) {
  for (const button of document.querySelectorAll("[data-copy]")) {
    button.hidden = false;
    button.addEventListener("click", async () => {
      const said = document.querySelector("[data-copied]");
      try {
        await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).textContent);
        button.textContent = "Copied";
        said.textContent = "The link is copied.";
      } catch {
        said.textContent = "It could not be copied. Select the link and copy it yourself.";
        said.classList.remove("govuk-visually-hidden");
      }
    });
  }
}
