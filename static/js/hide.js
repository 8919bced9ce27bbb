// Hides the screen: by the header’s button, by Escape twice, after three minutes in which nobody
// touched it, and where a browser brings an old page back. What was typed is saved, and the page is
// blank at once: its words are taken out of it and not covered. Then the server asks for the
// password. The windows of one browser count together and are hidden together.
//   <form method="post" action="/hide" data-hide>   what tells the server
//   <… data-shut="hidden|ended">                    a page that says: nothing may be shown now
import { saveAll } from "./autosave.js";
import { say } from "./line.js";

const TWICE = 800;
const UNTOUCHED = 180000;
const LOOK = 1000;
const AGAIN = 10000;
const SIGNS_OF_LIFE = ["pointerdown", "pointermove", "keydown", "input", "wheel", "touchstart", "scroll"];
const others = "BroadcastChannel" in window ? new BroadcastChannel("portal-screen") : null;

let blank = false;
let touched = Date.now();
let told = 0;

export function startHide() {
  const shut = document.querySelector("[data-shut]");
  const form = document.querySelector("form[data-hide]");
  if (shut) others?.postMessage("shut");
  if (!form) return;
  others?.postMessage("open");
  others?.addEventListener("message", ({ data }) => heard(data, form));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    hide(form);
  });
  watchKeys(form);
  watchRest(form);
  watchReturn(form);
}

function watchKeys(form) {
  let before = -Infinity;
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || event.repeat) return;
    if (event.timeStamp - before < TWICE) hide(form);
    before = event.timeStamp;
  });
}

// A clock that is looked at, rather than a timer: a computer that was asleep finds out as it wakes,
// before the first touch counts.
function watchRest(form) {
  const look = () => {
    if (Date.now() - touched < UNTOUCHED) return;
    if (document.visibilityState === "visible") hide(form);
    else wipe(form, true);
  };
  const touch = () => {
    look();
    if (blank) return;
    touched = Date.now();
    if (touched - told < LOOK) return;
    told = touched;
    others?.postMessage("touched");
  };
  for (const sign of SIGNS_OF_LIFE) {
    document.addEventListener(sign, touch, { capture: true, passive: true });
  }
  for (const woken of ["visibilitychange", "resume"]) document.addEventListener(woken, look);
  window.addEventListener("focus", look);
  setInterval(look, LOOK);
}

// Going back must not show what stood here: a page that the browser keeps is kept blank, and is
// asked for anew. autosave.js has read the forms by then: it listens first.
function watchReturn(form) {
  window.addEventListener("pagehide", (event) => {
    if (event.persisted) document.body.replaceChildren();
  });
  window.addEventListener("pageshow", (event) => {
    if (!event.persisted) return;
    document.body.replaceChildren();
    location.reload();
  });
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible") comeBack(form);
  });
}

function heard(what, form) {
  if (what === "touched") touched = Date.now();
  else if (what === "shut") wipe(form, false);
  else if (what === "open" && blank === "waiting") location.reload();
}

// This window goes on to the page that asks for the password.
async function hide(form) {
  if (blank) return;
  blank = "leaving";
  const saved = saveAll();
  form.hidden = true;
  document.body.replaceChildren(form);
  document.title = "Hidden";
  await kept(saved);
  form.submit();
}

// This window lies behind others (then it tells the server itself), or another one asks for the
// password: it waits, blank, and comes back to its own page.
async function wipe(form, tell) {
  if (blank) return;
  blank = "saving";
  const saved = saveAll();
  document.body.replaceChildren();
  document.title = "Hidden";
  await kept(saved);
  blank = !tell || (await isTold(form)) ? "waiting" : "untold";
  if (document.visibilityState !== "visible") return;
  if (tell) comeBack(form);
  else say("Hidden. Enter your password in the other window: this one comes back by itself.");
}

async function isTold(form) {
  try {
    const body = new URLSearchParams(new FormData(form));
    const answer = await fetch(form.action, { method: "POST", body, redirect: "manual", keepalive: true });
    return answer.type === "opaqueredirect";
  } catch {
    return false;
  }
}

function comeBack(form) {
  if (blank === "waiting") location.reload();
  if (blank !== "untold") return;
  document.body.append(form);
  form.submit();
}

// What could not be saved stays in this script until it is: nothing is left behind.
async function kept(saved) {
  while (!(await saved)) {
    say("Hidden. What you typed is NOT SAVED yet – keep this page open.");
    await new Promise((done) => { setTimeout(done, AGAIN); });
    saved = saveAll();
  }
}
