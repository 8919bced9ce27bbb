// Saves what is typed as a draft: <form data-autosave="/sheets/…"> with a [data-draft-line] in it.
// data-ended: what that line says where this screen may not save any more.

const PAUSE = 3000;
const RETRY = 10000;
const KEEPALIVE_LIMIT = 60000;
const drafts = new Map();

export function startAutosave() {
  for (const form of document.querySelectorAll("form[data-autosave]")) drafts.set(form, new Draft(form));
}

// Saves every open form at once; resolves when each has been answered.
export function saveAll() {
  return Promise.all([...drafts.values()].map((draft) => draft.save(true)));
}

class Draft {
  constructor(form) {
    this.form = form;
    this.line = form.querySelector("[data-draft-line]");
    this.saved = this.typed();
    this.sending = null;
    this.submitted = false;
    form.addEventListener("input", () => this.later(PAUSE));
    form.addEventListener("change", () => this.later(PAUSE));
    form.addEventListener("focusout", () => this.save(false));
    form.addEventListener("submit", () => this.leave());
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "hidden") this.save(true);
    });
    window.addEventListener("pagehide", () => this.save(true));
    window.addEventListener("pageshow", () => {
      this.submitted = false;
    });
  }

  typed() {
    const body = new URLSearchParams();
    const secrets = new Set([...this.form.querySelectorAll('input[type="password"]')].map((box) => box.name));
    for (const [name, value] of new FormData(this.form)) {
      if (typeof value === "string" && !secrets.has(name)) body.append(name, value);
    }
    const { pathname, search } = new URL(this.form.getAttribute("action"), location.href);
    body.append("sheet_address", pathname + search);
    return body.toString();
  }

  later(wait) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.save(false), wait);
  }

  leave() {
    this.submitted = true;
    clearTimeout(this.timer);
  }

  async save(leaving) {
    if (this.submitted || !this.form.isConnected) return;
    if (this.sending && !leaving) {
      this.later(PAUSE);
      return;
    }
    const body = this.typed();
    if (body === this.saved) return;
    clearTimeout(this.timer);
    this.say("Saving…");
    const sending = this.send(body, leaving);
    this.sending = sending;
    await sending;
    if (this.sending === sending) this.sending = null;
  }

  async send(body, leaving) {
    try {
      const answer = await fetch(this.form.dataset.autosave, {
        method: "POST",
        body,
        headers: { "Content-Type": "application/x-www-form-urlencoded;charset=UTF-8" },
        credentials: "same-origin",
        redirect: "manual",
        keepalive: leaving && body.length < KEEPALIVE_LIMIT,
      });
      if (answer.ok) {
        this.saved = body;
        this.say(`Saved ${new Date().toLocaleTimeString("en-GB")}`);
      } else if (answer.status === 401 || answer.status === 403 || answer.type === "opaqueredirect") {
        this.say(this.form.dataset.ended || "NOT SAVED – keep this page open. Your sign-in has ended. Send the form: your text is kept when you sign in again.");
      } else {
        this.failed();
      }
    } catch {
      this.failed();
    }
  }

  failed() {
    this.say("NOT SAVED – keep this page open");
    this.later(RETRY);
  }

  say(words) {
    if (!this.line) return;
    this.line.textContent = words;
    this.line.classList.toggle("portal-draft--failed", words.startsWith("NOT SAVED"));
  }
}
