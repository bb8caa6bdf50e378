// The roll-call where the network is lost: marks stay on this phone, encrypted, until the server has them.
// Without this script the page is a plain form with a button. What is kept holds numbers and no name, can be
// read with the key of this sign-in alone, and goes at sign-out. Why: docs/adr/0013-roll-calls-without-network.md

const PREFIX = "appel:";
const AGE = 3 * 24 * 3600 * 1000;
const RETRY = 20000;
const WORDS = {
  draft: "Pas encore enregistré.",
  kept: "Gardé sur ce téléphone, pas encore envoyé. L’envoi se fait dès que le réseau revient.",
  memory: "Pas encore envoyé : ne fermez pas cette page, elle seule garde l’appel.",
  sending: "Envoi…",
  found: "L’appel que vous aviez commencé ici est retrouvé.",
  lost: "Un appel gardé ici l’était pour une autre connexion : il est effacé. Refaites-le.",
  again: "Votre connexion s’est terminée. L’appel est gardé dans cette page : connectez-vous dans un autre onglet, puis envoyez.",
  gone: "Cet appel n’est plus le vôtre : rien n’a été envoyé, et ce téléphone n’en garde rien.",
  another: "Une autre personne s’est connectée : l’appel gardé dans cette page est effacé.",
};

const bytes = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer)));

// One encrypted entry a roll-call, under the address of its page.
class Drawer {
  constructor(path) {
    this.name = PREFIX + path;
    this.turn = Promise.resolve();
  }

  async open(key) {
    this.key = globalThis.crypto?.subtle
      ? await crypto.subtle.importKey("raw", bytes(key), "AES-GCM", false, ["encrypt", "decrypt"])
      : null;
  }

  // Answers whether it is kept. One after the other: the last thing said is the last thing kept.
  put(value) {
    this.turn = this.turn.then(() => this.write(value));
    return this.turn;
  }

  async write(value) {
    if (!this.key) return false;
    try {
      const iv = crypto.getRandomValues(new Uint8Array(12));
      const plain = new TextEncoder().encode(JSON.stringify(value));
      const kept = await crypto.subtle.encrypt({ name: "AES-GCM", iv }, this.key, plain);
      localStorage.setItem(this.name, JSON.stringify({ at: Date.now(), iv: text(iv), kept: text(kept) }));
      return true;
    } catch {
      return false;
    }
  }

  // What was kept; null for nothing, undefined for what this sign-in cannot read.
  async get() {
    let entry = null;
    try {
      entry = JSON.parse(localStorage.getItem(this.name));
    } catch {
      return undefined;
    }
    if (!entry) return null;
    if (!this.key) return undefined;
    try {
      const plain = await crypto.subtle.decrypt({ name: "AES-GCM", iv: bytes(entry.iv) }, this.key, bytes(entry.kept));
      return JSON.parse(new TextDecoder().decode(plain));
    } catch {
      return undefined;
    }
  }

  drop() {
    this.turn = this.turn.then(() => {
      try {
        localStorage.removeItem(this.name);
      } catch {
        // No storage in this browser.
      }
    });
    return this.turn;
  }
}

class Roll {
  constructor(form) {
    this.form = form;
    this.drawer = new Drawer(location.pathname);
    this.asked = false; // the person pressed « Enregistrer »: it leaves alone when it can
    this.sending = false;
    this.said = form.querySelector("[data-roll-state]");
    this.button = form.querySelector("[data-roll-send]");
    this.saving = form.querySelector("button[type=submit]");
    this.isConflict = form.hasAttribute("data-roll-conflict");
  }

  async start() {
    await this.drawer.open(this.form.dataset.key);
    this.form.addEventListener("change", () => this.changed());
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.ask();
    });
    this.button.addEventListener("click", () => this.send());
    this.online = () => this.asked && this.send();
    window.addEventListener("online", this.online);
    window.addEventListener("beforeunload", (event) => this.asked && !this.drawer.key && event.preventDefault());
    this.timer = setInterval(this.online, RETRY);
    this.count();
    if (!this.isConflict) await this.restore();
    this.form.dataset.ready = "yes";
  }

  stop() {
    window.removeEventListener("online", this.online);
    clearInterval(this.timer);
  }

  say(words) {
    if (this.said.textContent !== words) this.said.textContent = words;
  }

  marks() {
    return Object.fromEntries([...this.form.querySelectorAll("input[type=radio]:checked")].map((one) => [one.name, one.value]));
  }

  count() {
    const values = Object.entries(this.marks()).filter(([name]) => name.startsWith("presence-"));
    const here = values.filter(([, value]) => value === "present").length;
    const shown = this.form.querySelector("[data-roll-count]");
    if (this.isConflict || !values.length) return;
    shown.textContent = `${here} là, sur ${values.length}`;
  }

  state() {
    return { of: this.form.dataset.of, version: this.form.elements.version.value, marks: this.marks(), asked: this.asked };
  }

  async changed() {
    this.count();
    const kept = await this.drawer.put(this.state());
    if (this.asked) this.waiting(kept);
    else this.say(WORDS.draft);
  }

  // One button at a time: to save, or to send what waits.
  offer(sending) {
    this.button.hidden = !sending;
    this.saving.hidden = sending;
  }

  waiting(kept) {
    this.offer(true);
    this.say(kept ? WORDS.kept : WORDS.memory);
  }

  async restore() {
    const kept = await this.drawer.get();
    if (kept === null) return;
    if (kept === undefined || kept.of !== this.form.dataset.of) {
      await this.drawer.drop();
      this.say(WORDS.lost);
      return;
    }
    for (const one of this.form.querySelectorAll("input[type=radio]")) {
      if (kept.marks[one.name]) one.checked = kept.marks[one.name] === one.value;
    }
    // Sent over the version on which it was made: what somebody else noted meanwhile is shown, not overwritten.
    this.form.elements.version.value = kept.version;
    this.asked = kept.asked;
    this.count();
    this.say(WORDS.found);
    if (this.asked) await this.send();
  }

  async ask() {
    this.asked = true;
    const kept = await this.drawer.put(this.state());
    await this.send({ then: () => location.assign(this.form.dataset.back), kept });
  }

  async send({ then = null, kept = true } = {}) {
    if (this.sending) return;
    this.sending = true;
    this.say(WORDS.sending);
    let answer = null;
    try {
      answer = await fetch(this.form.action, {
        method: "POST",
        body: new FormData(this.form),
        headers: { Accept: "application/json" },
        redirect: "manual",
      });
    } catch {
      // No network: it is kept.
    }
    this.sending = false;
    if (!answer || answer.status >= 500) this.waiting(kept && this.drawer.key !== null);
    else if (answer.status === 409) await this.disagree(await answer.text());
    else if (answer.status === 200) await this.sent(await answer.json(), then);
    else await this.refused(answer);
  }

  async sent(state, then) {
    this.form.elements.version.value = state.version;
    this.asked = false;
    this.offer(false);
    await this.drawer.drop();
    this.say(`Envoyé à ${state.saved_at} : les présences sont notées.`);
    if (then) then();
  }

  async refused(answer) {
    this.offer(answer.status !== 422 && answer.status !== 404);
    if (answer.status === 422) {
      this.asked = false;
      this.say(`Pas enregistré. ${(await answer.json()).said}`);
      return;
    }
    if (answer.status === 404) {
      this.asked = false;
      await this.drawer.drop();
      this.say(WORDS.gone);
      return;
    }
    this.say(WORDS.again);
    await this.signedInAgain();
  }

  // Who signed in again in another tab has another token and another key. Another person has neither.
  async signedInAgain() {
    let page = null;
    try {
      const answer = await fetch(location.href, { redirect: "manual" });
      if (!answer.ok) return;
      page = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("form[data-roll]");
    } catch {
      return;
    }
    if (!page) return;
    if (page.dataset.of !== this.form.dataset.of) {
      await this.drawer.drop();
      this.asked = false;
      this.form.reset();
      this.say(WORDS.another);
      return;
    }
    this.form.elements.csrfmiddlewaretoken.value = page.elements.csrfmiddlewaretoken.value;
    await this.drawer.open(page.dataset.key);
    await this.drawer.put(this.state());
  }

  // The server's own page of both roll-calls takes the place of this one.
  async disagree(html) {
    this.stop();
    const page = new DOMParser().parseFromString(html, "text/html");
    document.querySelector("main").replaceWith(document.adoptNode(page.querySelector("main")));
    document.title = page.title;
    begin();
    document.querySelector("main").focus();
  }
}

function begin() {
  const form = document.querySelector("form[data-roll]");
  if (form) new Roll(form).start();
  for (const link of document.querySelectorAll("[data-roll-drop]")) {
    link.addEventListener("click", () => localStorage.removeItem(PREFIX + location.pathname));
  }
}

function forgetOld() {
  for (const name of Object.keys(localStorage)) {
    if (!name.startsWith(PREFIX)) continue;
    try {
      if (Date.now() - JSON.parse(localStorage.getItem(name)).at < AGE) continue;
    } catch {
      // Unreadable: of no use.
    }
    localStorage.removeItem(name);
  }
}

// On other pages: what this phone still holds, with the way back to it.
function tellUnsent(place) {
  const paths = Object.keys(localStorage).filter((name) => name.startsWith(PREFIX)).map((name) => name.slice(PREFIX.length));
  if (!paths.length) return;
  const list = document.createElement("ul");
  list.replaceChildren(
    ...paths.map((path, index) => {
      const item = document.createElement("li");
      const link = document.createElement("a");
      link.href = path;
      link.textContent = paths.length > 1 ? `Reprendre l’appel ${index + 1}` : "Reprendre l’appel";
      item.append(link);
      return item;
    }),
  );
  place.querySelector("p:last-of-type").after(list);
  place.hidden = false;
}

try {
  forgetOld();
  document.querySelectorAll("[data-unsent-rolls]").forEach(tellUnsent);
} catch {
  // No storage in this browser.
}
begin();
