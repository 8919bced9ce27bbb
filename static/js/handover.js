// The screen in a student’s hands: what is typed is saved as it is written, and where nobody has
// touched the screen for a while, or Escape is pressed twice, the page is blank at once.
//   <form method="post" action="…" data-rest="180000">   sent then; how long, in milliseconds
import { initAll } from "../vendor/govuk-frontend/govuk-frontend.min.js";
import { saveAll, startAutosave } from "./autosave.js";
import { startPasskey } from "./passkey.js";

const TWICE = 800;
const LONGEST_WAIT = 1500;
const SIGNS_OF_LIFE = ["pointerdown", "keydown", "input", "wheel", "touchmove"];

document.body.classList.add("js-enabled", "govuk-frontend-supported");
initAll();
startAutosave();
startPasskey();
startRest();

// A page that the browser kept is asked for anew: the screen may have been given back since.
window.addEventListener("pageshow", (event) => {
  if (event.persisted) location.reload();
});

function startRest() {
  const form = document.querySelector("form[data-rest]");
  if (!form) return;
  const longest = Number(form.dataset.rest);
  let touched = Date.now();
  let timer = null;
  let escape = -Infinity;
  const wait = () => {
    clearTimeout(timer);
    timer = setTimeout(look, Math.max(0, longest - (Date.now() - touched)));
  };
  // A computer that was asleep finds out when it wakes.
  const look = () => (Date.now() - touched >= longest ? rest(form) : wait());
  for (const sign of SIGNS_OF_LIFE) {
    document.addEventListener(sign, () => { touched = Date.now(); }, { capture: true, passive: true });
  }
  document.addEventListener("visibilitychange", look);
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || event.repeat) return;
    if (event.timeStamp - escape < TWICE) rest(form);
    escape = event.timeStamp;
  });
  wait();
}

async function rest(form) {
  if (document.body.firstElementChild === form) return;
  const saved = saveAll();
  document.body.replaceChildren(form);
  await Promise.race([saved, new Promise((done) => setTimeout(done, LONGEST_WAIT))]);
  form.submit();
}
