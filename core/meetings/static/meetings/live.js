// Meeting mode: what is typed is saved at each change and kept on this computer until the server has it.
// Without this script the page is a plain form with a button.

const PREFIX = "seance:";
const AGE = 12 * 3600 * 1000;
const WAIT = 700;
const RETRY = 4000;

// One key a tab: what a second tab sends does not take away what the first one still holds.
const TAB = "onglet";

const form = document.querySelector("form[data-live]");
const timer = document.querySelector("[data-timer]");

function forgetOld() {
  for (const key of Object.keys(localStorage)) {
    if (!key.startsWith(PREFIX)) continue;
    try {
      if (Date.now() - JSON.parse(localStorage.getItem(key)).at < AGE) continue;
    } catch {
      // Unreadable: of no use.
    }
    localStorage.removeItem(key);
  }
}

function tab() {
  try {
    if (!sessionStorage.getItem(TAB)) sessionStorage.setItem(TAB, Math.random().toString(36).slice(2, 10));
    return sessionStorage.getItem(TAB);
  } catch {
    return "seul";
  }
}

// Keys under which this browser holds text of one situation.
function keysOf(situation) {
  try {
    return Object.keys(localStorage).filter((key) => key.startsWith(`${PREFIX}${situation}:`));
  } catch {
    return [];
  }
}

function drop(key) {
  try {
    localStorage.removeItem(key);
  } catch {
    // No storage in this browser.
  }
}

function live(form) {
  const key = `${PREFIX}${form.dataset.key}:${tab()}`;
  const said = form.querySelector("[data-saved]");
  const conflict = form.querySelector("[data-conflict]");
  const version = form.elements.version;
  let waiting = 0;
  let sending = false;
  let again = false;
  let dirty = false;
  let then = null;
  let leaving = false;

  const fields = () => [...form.elements].filter((field) => field.name && field.type !== "hidden" && field.type !== "submit");
  const choice = (field) => field.type === "radio" || field.type === "checkbox";
  const values = () =>
    Object.fromEntries(fields().filter((field) => !choice(field) || field.checked).map((field) => [field.name, field.value]));
  const say = (text) => {
    if (said.textContent !== text) said.textContent = text;
  };

  function put(wanted) {
    for (const name of Object.keys(wanted)) if (/^what_\d+$/.test(name) && !form.elements[name]) addLine();
    for (const field of fields()) {
      if (choice(field)) field.checked = wanted[field.name] === field.value;
      else field.value = wanted[field.name] || "";
    }
  }

  function keep() {
    try {
      localStorage.setItem(key, JSON.stringify({ at: Date.now(), version: version.value, values: values() }));
    } catch {
      // A full or forbidden storage: the server remains.
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
    if (!conflict.hidden) return;
    if (sending) {
      again = true;
      return;
    }
    sending = true;
    again = false;
    dirty = false;
    let answer;
    let state = {};
    try {
      answer = await fetch(form.action, {
        method: "POST",
        body: new FormData(form),
        headers: { Accept: "application/json" },
        redirect: "manual",
        keepalive: true,
      });
      if (answer.headers.get("content-type") === "application/json") state = await answer.json();
    } catch {
      answer = null;
    }
    sending = false;
    received(answer, state);
  }

  function received(answer, state) {
    if (answer && answer.ok && state.version !== undefined) {
      saved(state);
    } else if (answer && answer.status === 409) {
      disagree(state);
    } else {
      failed(answer, state);
    }
  }

  function saved(state) {
    version.value = state.version;
    if (again || dirty) {
      keep();
      send();
      return;
    }
    drop(key);
    say(`Enregistré à ${state.saved_at}`);
    if (!then) return;
    leaving = true;
    then();
    then = null;
  }

  function failed(answer, state) {
    dirty = true;
    then = null;
    keep();
    if (answer && answer.status === 422) {
      say(`Non enregistré : ${state.errors.join(" ")}`);
      return;
    }
    if (answer) signedInAgain();
    say(
      answer
        ? "Non enregistré : votre session s’est peut-être terminée. Connectez-vous dans un autre onglet : le texte est gardé ici."
        : "Hors ligne : le texte est gardé sur cet ordinateur, nous réessayons.",
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
      const token = page.querySelector("form[data-live] [name=csrfmiddlewaretoken]");
      if (token) form.elements.csrfmiddlewaretoken.value = token.value;
    } catch {
      // Still away: the next try asks again.
    }
  }

  const unsaved = () => dirty || sending;

  // Goes on once the server has everything; stays here, and says why, when it can't have it.
  function leave(go) {
    if (!unsaved()) {
      leaving = true;
      go();
      return;
    }
    then = go;
    if (!sending) send();
  }

  function disagree(state) {
    dirty = true;
    then = null;
    keep();
    conflict.hidden = false;
    conflict.querySelector("[data-conflict-said]").textContent = state.said;
    say("Non enregistré : un autre écran a écrit.");
    const other = conflict.querySelector("[data-conflict-other]");
    other.replaceChildren(...lines(state.draft).map(([title, text]) => pair(title, text)));
    conflict.querySelector("[data-conflict-mine]").onclick = () => {
      version.value = state.version;
      conflict.hidden = true;
      send();
    };
    conflict.querySelector("[data-conflict-theirs]").onclick = () => {
      put(flat(state.draft));
      version.value = state.version;
      conflict.hidden = true;
      dirty = false;
      drop(key);
      say("L’autre version est reprise.");
    };
    conflict.querySelector("[data-conflict-said]").focus();
  }

  function flat(draft) {
    const wanted = { ...draft };
    delete wanted.lines;
    (draft.lines || []).forEach((line, index) => {
      for (const name of ["what", "who", "due"]) wanted[`${name}_${index}`] = line[name];
    });
    return wanted;
  }

  function lines(draft) {
    const kind = [...form.querySelectorAll("[name=kind]")].find((field) => field.value === draft.kind);
    const shown = [
      ["Décision", kind ? kind.closest("label").querySelector("b").textContent : "Pas encore de décision"],
      ["En quelques mots", draft.reason],
      ["Vers", draft.redirected_to],
      ...(draft.lines || []).map((line) => [line.who || "À faire", [line.what, line.due].filter(Boolean).join(", ")]),
      ["Prochain point", draft.next_look],
    ];
    return shown.filter(([, text]) => text);
  }

  function pair(title, text) {
    const row = document.createElement("div");
    const term = document.createElement("dt");
    const value = document.createElement("dd");
    term.textContent = title;
    value.textContent = text;
    row.append(term, value);
    return row;
  }

  function addLine() {
    const all = form.querySelectorAll(".live-line");
    const index = all.length;
    if (index >= 20) return null;
    const line = all[index - 1].cloneNode(true);
    for (const field of line.querySelectorAll("input")) {
      field.name = field.name.replace(/\d+$/, index);
      field.id = field.id.replace(/\d+$/, index);
      field.value = "";
    }
    for (const label of line.querySelectorAll("label")) {
      label.htmlFor = label.htmlFor.replace(/\d+$/, index);
      label.querySelector("span").textContent = `, suite ${index + 1}`;
    }
    form.querySelector("[data-lines]").append(line);
    return line;
  }

  // This tab's text first; else the latest that another one, closed or crashed, has left.
  function kept() {
    const found = [];
    for (const one of keysOf(form.dataset.key)) {
      try {
        found.push({ ...JSON.parse(localStorage.getItem(one)), key: one });
      } catch {
        drop(one);
      }
    }
    return found.find((one) => one.key === key) || found.sort((a, b) => b.at - a.at)[0];
  }

  function restore() {
    const found = kept();
    if (!found || form.querySelector(".error-summary")) return;
    drop(found.key);
    if (JSON.stringify(found.values) === JSON.stringify(values())) return;
    // Sent over the version on which it was typed: if another screen wrote meanwhile, both texts are shown.
    put(found.values);
    version.value = found.version;
    say("Votre saisie est retrouvée.");
    dirty = true;
    keep();
    send();
  }

  function submitted(event) {
    event.preventDefault();
    if (!conflict.hidden) {
      conflict.querySelector("[data-conflict-said]").focus();
      return;
    }
    const next = event.submitter && event.submitter.dataset.next;
    dirty = true;
    clearTimeout(waiting);
    leave(() => (next ? location.assign(next) : (leaving = false)));
  }

  form.addEventListener("input", changed);
  form.addEventListener("change", () => {
    changed();
    send();
  });
  form.addEventListener("submit", submitted);
  document.addEventListener("submit", (event) => {
    if (event.target === form || !unsaved()) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    leave(() => event.target.requestSubmit(event.submitter));
  }, true);
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-leaves]");
    if (!link || !unsaved() || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    leave(() => location.assign(link.href));
  });
  window.addEventListener("online", () => dirty && send());
  document.addEventListener("visibilitychange", () => document.hidden && dirty && send());
  window.addEventListener("beforeunload", (event) => {
    if (unsaved() && !leaving) event.preventDefault();
  });
  const add = form.querySelector("[data-add-line]");
  add.hidden = false;
  add.addEventListener("click", () => {
    const line = addLine();
    if (line) line.querySelector("input").focus();
  });
  restore();
}

// A clock that nobody has to obey: it says how long, and never stops anything.
function clock(timer) {
  const key = `temps:${timer.dataset.key}`;
  const text = timer.querySelector("[data-timer-text]");
  const toggle = timer.querySelector("[data-timer-toggle]");
  const kept = JSON.parse(sessionStorage.getItem(key) || '{"spent":0}');
  let running = true;
  let spent = kept.spent;
  function show() {
    const minutes = Math.floor(spent / 60);
    text.textContent = `${minutes} min (repère : ${timer.dataset.pace} min)`;
  }
  setInterval(() => {
    if (!running) return;
    spent += 1;
    sessionStorage.setItem(key, JSON.stringify({ spent }));
    show();
  }, 1000);
  toggle.addEventListener("click", () => {
    running = !running;
    toggle.textContent = running ? "Pause" : "Reprendre";
  });
  timer.hidden = false;
  show();
}

try {
  forgetOld();
} catch {
  // No storage in this browser.
}
document.addEventListener("submit", (event) => {
  if (!event.target.matches("form[data-forget]")) return;
  for (const key of Object.keys(localStorage)) if (key.startsWith(PREFIX)) localStorage.removeItem(key);
});
for (const mark of document.querySelectorAll("[data-unsent]")) mark.hidden = !keysOf(mark.dataset.unsent).length;
if (form) live(form);
if (timer) clock(timer);
