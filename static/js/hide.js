// Hides the screen: by the header's button or Escape twice. The page is blank at once; what was
// typed is saved first, and then the server shows a page that asks for the password.
import { saveAll } from "./autosave.js";

const TWICE = 800;
const LONGEST_WAIT = 1500;

export function startHide() {
  const form = document.querySelector("form[data-hide]");
  if (!form) return;
  let before = -Infinity;
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    hide(form);
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || event.repeat) return;
    if (event.timeStamp - before < TWICE) hide(form);
    before = event.timeStamp;
  });
}

async function hide(form) {
  const saved = saveAll();
  form.hidden = true;
  document.body.replaceChildren(form);
  document.title = "Hidden";
  await Promise.race([saved, new Promise((done) => setTimeout(done, LONGEST_WAIT))]);
  form.submit();
}
