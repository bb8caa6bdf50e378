// A long form is saved as it is typed, and kept in this tab until the server has it. Without this script the
// page is a plain form with a button. The server answers in JSON: 200 { version, saved_at }, 409 { version,
// said, other } when another screen wrote, 422 { errors }.

const PREFIX = "brouillon:";
const AGE = 12 * 3600 * 1000;
const WAIT = 1200;
const RETRY = 5000;

function autosave(form) {
  const key = `${PREFIX}${location.pathname}`;
  const said = form.querySelector("[data-saved]");
  const conflict = form.querySelector("[data-conflict]");
  const version = form.elements.version;
  let waiting = 0;
  let sending = false;
  let dirty = false;
  let leaving = false;
  let then = null;

  const fields = () =>
    [...form.elements].filter((field) => field.name && !["hidden", "submit", "button"].includes(field.type));
  const choice = (field) => field.type === "radio" || field.type === "checkbox";
  const values = () =>
    Object.fromEntries(fields().filter((field) => !choice(field) || field.checked).map((field) => [field.name, field.value]));
  const say = (text) => {
    if (said.textContent !== text) said.textContent = text;
  };

  function put(wanted) {
    for (const field of fields()) {
      if (choice(field)) field.checked = wanted[field.name] === field.value;
      else field.value = wanted[field.name] || "";
    }
  }

  function keep() {
    try {
      sessionStorage.setItem(key, JSON.stringify({ at: Date.now(), version: version.value, values: values() }));
    } catch {
      // A full or forbidden storage: the server remains.
    }
  }

  function drop() {
    try {
      sessionStorage.removeItem(key);
    } catch {
      // No storage in this browser.
    }
  }

  function kept() {
    try {
      const found = JSON.parse(sessionStorage.getItem(key));
      return found && Date.now() - found.at < AGE ? found : null;
    } catch {
      return null;
    }
  }

  function changed() {
    dirty = true;
    keep();
    if (!conflict.hidden) return;
    say("Enregistrement…");
    clearTimeout(waiting);
    waiting = setTimeout(send, WAIT);
  }

  async function send() {
    clearTimeout(waiting);
    if (sending || leaving || !conflict.hidden) return;
    sending = true;
    dirty = false;
    let answer = null;
    let state = {};
    try {
      answer = await fetch(form.dataset.autosave, {
        method: "POST",
        body: new FormData(form),
        headers: { Accept: "application/json" },
        redirect: "manual",
      });
      if (answer.headers.get("content-type") === "application/json") state = await answer.json();
    } catch {
      answer = null;
    }
    sending = false;
    if (answer && answer.ok && state.version !== undefined) saved(state);
    else if (answer && answer.status === 409) disagree(state);
    else failed(answer, state);
    if (then) {
      const go = then;
      then = null;
      if (conflict.hidden) go();
    }
  }

  function saved(state) {
    version.value = state.version;
    if (dirty) {
      keep();
      if (!then) waiting = setTimeout(send, WAIT);
      return;
    }
    drop();
    say(`Enregistré à ${state.saved_at}`);
  }

  function failed(answer, state) {
    dirty = true;
    keep();
    if (answer && answer.status === 422) {
      say(`Non enregistré : ${(state.errors || []).join(" ")}`);
      return;
    }
    if (answer) signedInAgain();
    say(
      answer
        ? "Non enregistré : votre session s’est peut-être terminée. Connectez-vous dans un autre onglet : le texte est gardé ici."
        : "Hors ligne : le texte est gardé dans cet onglet, nous réessayons.",
    );
    clearTimeout(waiting);
    waiting = setTimeout(send, RETRY);
  }

  // Who signed in again in another tab has another token: the page's own is taken anew.
  async function signedInAgain() {
    try {
      const answer = await fetch(location.href, { redirect: "manual" });
      if (!answer.ok) return;
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const token = page.querySelector("form[data-autosave] [name=csrfmiddlewaretoken]");
      if (token) form.elements.csrfmiddlewaretoken.value = token.value;
    } catch {
      // Still away: the next try asks again.
    }
  }

  function disagree(state) {
    dirty = true;
    keep();
    conflict.hidden = false;
    conflict.querySelector("[data-conflict-said]").textContent = state.said;
    say("Non enregistré : un autre écran a écrit.");
    conflict.querySelector("[data-conflict-other]").replaceChildren(...(state.other || []).map(pair));
    conflict.querySelector("[data-conflict-mine]").onclick = () => {
      version.value = state.version;
      conflict.hidden = true;
      send();
    };
    conflict.querySelector("[data-conflict-theirs]").onclick = () => {
      drop();
      leaving = true;
      location.reload();
    };
    conflict.querySelector("[data-conflict-said]").focus();
  }

  function pair([title, text]) {
    const row = document.createElement("div");
    const term = document.createElement("dt");
    const value = document.createElement("dd");
    term.textContent = title;
    value.textContent = text;
    row.append(term, value);
    return row;
  }

  // Sent over the version on which it was typed: if another screen wrote meanwhile, both texts are shown.
  function restore() {
    const found = kept();
    if (!found) return;
    if (form.querySelector(".error-summary") || JSON.stringify(found.values) === JSON.stringify(values())) {
      drop();
      return;
    }
    put(found.values);
    version.value = found.version;
    say("Votre saisie est retrouvée.");
    dirty = true;
    keep();
    send();
  }

  form.addEventListener("input", changed);
  form.addEventListener("change", changed);
  form.addEventListener("submit", (event) => {
    if (!conflict.hidden) {
      event.preventDefault();
      conflict.querySelector("[data-conflict-said]").focus();
      return;
    }
    if (sending) {
      event.preventDefault();
      const pressed = event.submitter;
      then = () => form.requestSubmit(pressed);
      return;
    }
    clearTimeout(waiting);
    keep();
    leaving = true;
  });
  window.addEventListener("online", () => dirty && send());
  window.addEventListener("pageshow", () => (leaving = false));
  document.addEventListener("visibilitychange", () => document.hidden && dirty && send());
  window.addEventListener("beforeunload", (event) => {
    if ((dirty || sending) && !leaving) event.preventDefault();
  });
  restore();
}

document.querySelectorAll("form[data-autosave]").forEach(autosave);
