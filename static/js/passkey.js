// Asks the browser for a passkey, and sends what it answers in the form’s own field.
//   <form data-passkey="get" data-passkey-ask="…">   "get" uses one, "create" makes one; where the
//                                                    question comes from, which is good once
//   [data-passkey-button]  hidden until it can work     [data-passkey-off]  words for without scripts
//   [data-passkey-said]    what went wrong

const SAID = {
  insecure: "Passkeys work only where the address begins with https://, or on this computer as http://localhost. Use another way here.",
  unsupported: "This browser cannot use passkeys. Use another way, or a newer browser.",
  unreachable: "The portal did not answer. Check that you are connected, then try once more.",
  ended: "The portal does not ask for a passkey here any more. Open this page again.",
};

const FAILED = {
  get: {
    NotAllowedError: "No passkey was used: it was cancelled, it took too long, or this device has none of yours. Try once more, or use another way.",
    SecurityError: "This address is not the one that your passkey belongs to. Open the portal under its usual address.",
    NotSupportedError: SAID.unsupported,
  },
  create: {
    NotAllowedError: "No passkey was made: it was cancelled, or it took too long. Try once more.",
    InvalidStateError: "This device or key has a passkey of yours already.",
    SecurityError: "Passkeys cannot be made at this address. Open the portal under its usual address.",
    NotSupportedError: "This device cannot make a passkey of the kind that is needed. Use another device, a security key or an authenticator app.",
    ConstraintError: "This device does not check who you are by finger, face or PIN. Set one of them up, or use another device.",
  },
};

const OTHERWISE = "That did not work. Try once more, or use another way.";

export function startPasskey() {
  for (const form of document.querySelectorAll("form[data-passkey]")) new Passkey(form);
}

class Passkey {
  constructor(form) {
    this.form = form;
    this.act = form.dataset.passkey;
    this.place = form.querySelector("[data-passkey-button]");
    this.button = this.place.querySelector("button");
    this.said = form.querySelector("[data-passkey-said]");
    form.querySelector("[data-passkey-off]").hidden = true;
    if (!window.isSecureContext) this.say(SAID.insecure);
    else if (!window.PublicKeyCredential || !navigator.credentials) this.say(SAID.unsupported);
    else this.place.hidden = false;
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.start();
    });
  }

  async start() {
    if (this.place.hidden || this.button.disabled) return;
    const label = this.form.elements.namedItem("label");
    if (label && !label.value.trim()) {
      this.form.submit(); // the server says what is missing
      return;
    }
    this.say("");
    this.button.disabled = true;
    const answer = await this.ask();
    this.button.disabled = false;
    if (!answer) return;
    this.form.elements.namedItem("passkey").value = JSON.stringify(answer);
    this.form.submit();
  }

  async ask() {
    let asked;
    try {
      const answer = await fetch(this.form.dataset.passkeyAsk, {
        method: "POST",
        body: new URLSearchParams({ csrf_token: this.form.elements.namedItem("csrf_token").value }),
        credentials: "same-origin",
        redirect: "manual",
      });
      if (!answer.ok) {
        this.say(SAID.ended);
        return null;
      }
      asked = await answer.json();
    } catch {
      this.say(SAID.unreachable);
      return null;
    }
    try {
      return this.act === "create" ? await create(asked) : await get(asked);
    } catch (problem) {
      this.say(FAILED[this.act][problem.name] || OTHERWISE);
      return null;
    }
  }

  say(words) {
    this.said.textContent = words;
  }
}

async function create(asked) {
  const publicKey = {
    ...asked,
    challenge: bytes(asked.challenge),
    user: { ...asked.user, id: bytes(asked.user.id) },
    excludeCredentials: listed(asked.excludeCredentials),
  };
  const made = await navigator.credentials.create({ publicKey });
  return said(made, {
    clientDataJSON: text(made.response.clientDataJSON),
    attestationObject: text(made.response.attestationObject),
  });
}

async function get(asked) {
  const publicKey = {
    ...asked,
    challenge: bytes(asked.challenge),
    allowCredentials: listed(asked.allowCredentials),
  };
  const found = await navigator.credentials.get({ publicKey });
  return said(found, {
    clientDataJSON: text(found.response.clientDataJSON),
    authenticatorData: text(found.response.authenticatorData),
    signature: text(found.response.signature),
    userHandle: found.response.userHandle ? text(found.response.userHandle) : null,
  });
}

function said(credential, response) {
  return { id: credential.id, rawId: text(credential.rawId), type: credential.type, response };
}

function listed(credentials) {
  return (credentials || []).map((one) => ({ ...one, id: bytes(one.id) }));
}

// Both ways between bytes and the base64url of JSON; browsers’ own functions for it are newer than
// many of the browsers that schools have.
function bytes(words) {
  const plain = atob(words.replace(/-/g, "+").replace(/_/g, "/"));
  return Uint8Array.from(plain, (letter) => letter.charCodeAt(0));
}

function text(buffer) {
  const plain = String.fromCharCode(...new Uint8Array(buffer));
  return btoa(plain).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
}
