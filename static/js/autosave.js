// Saves what is typed as a draft: <form data-autosave="/sheets/…"> with a [data-draft-line] in it.
// data-ended: what that line says where this screen may not save any more.

const PAUSE = 3000;
const RETRY = 10000;
const ANSWERED_WITHIN = 8000;
const KEEPALIVE_LIMIT = 60000;
const drafts = new Map();

export function startAutosave() {
  for (const form of document.querySelectorAll("form[data-autosave]")) drafts.set(form, new Draft(form));
}

// Saves every form at once, also where it is taken out of the page meanwhile. Resolves to false where
// something is not kept and could be when it is tried again.
export async function saveAll() {
  const all = await Promise.all([...drafts.values()].map((draft) => draft.saveNow()));
  return all.every(Boolean);
}

class Draft {
  constructor(form) {
    this.form = form;
    this.line = form.querySelector("[data-draft-line]");
    this.saved = this.typed();
    this.sending = null;
    this.submitted = false;
    this.left = null;
    this.typedSince = false;
    for (const sign of ["input", "change"]) {
      form.addEventListener(sign, () => { this.typedSince = true; });
    }
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

  // The screen goes blank: what stands in the form now is sent until it is kept.
  async saveNow() {
    if (this.submitted) return true;
    this.left ??= this.typed();
    clearTimeout(this.timer);
    if (this.left === this.saved) return true;
    return (await this.send(this.left, true)) !== "failed";
  }

  async save(leaving) {
    if (this.submitted || this.left !== null || !this.form.isConnected) return;
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

  // “kept”, “ended” where this screen may not save any more, or “failed”.
  async send(body, leaving) {
    const typed = this.typedSince;
    this.typedSince = false;
    const done = await this.post(body, leaving, typed);
    if (done !== "kept") this.typedSince ||= typed;
    return done;
  }

  async post(body, leaving, typed) {
    try {
      const answer = await fetch(this.form.dataset.autosave, {
        method: "POST",
        body,
        headers: {
          "Content-Type": "application/x-www-form-urlencoded;charset=UTF-8",
          "X-Portal-Typed": typed ? "1" : "0",
        },
        signal: AbortSignal.timeout(ANSWERED_WITHIN),
        credentials: "same-origin",
        redirect: "manual",
        keepalive: leaving && body.length < KEEPALIVE_LIMIT,
      });
      if (answer.ok) {
        this.saved = body;
        this.refused = false;
        this.say(`Saved ${new Date().toLocaleTimeString("en-GB")}`);
        return "kept";
      }
      if (answer.status === 401 || answer.status === 403 || answer.type === "opaqueredirect") {
        // Another window may have given the password just now, and with it this one has a new
        // cookie: once more, then.
        if (!this.refused && answer.status === 401) {
          this.refused = true;
          return leaving ? this.post(body, leaving, typed) : this.again();
        }
        this.say(this.form.dataset.ended || "NOT SAVED – keep this page open. Your sign-in has ended. Send the form: your text is kept when you sign in again.");
        return "ended";
      }
    } catch {
      // nothing came back: said below
    }
    return this.again();
  }

  again() {
    this.say("NOT SAVED – keep this page open");
    this.later(RETRY);
    return "failed";
  }

  say(words) {
    if (!this.line) return;
    this.line.textContent = words;
    this.line.classList.toggle("portal-draft--failed", words.startsWith("NOT SAVED"));
  }
}
