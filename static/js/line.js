// The one line on a page that was made blank: what happened, and what to do.
export function say(words) {
  const line = document.createElement("p");
  line.className = "portal-hidden-line";
  line.setAttribute("role", "status");
  line.textContent = words;
  document.body.append(line);
  for (const before of document.body.querySelectorAll(".portal-hidden-line")) {
    if (before !== line) before.remove();
  }
}
