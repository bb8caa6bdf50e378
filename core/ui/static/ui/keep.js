// What is typed survives a wrong link, a lost session or a failure: kept in this tab alone, until it is sent,
// the tab is closed or the person signs out. Secrets, files and hidden fields are never kept.

const PREFIX = "saisie:";
const AGE = 8 * 3600 * 1000;
const SKIPPED = ["password", "hidden", "file", "submit", "button", "search"];

const keyOf = (form) => `${PREFIX}${location.pathname}#${form.id || [...document.forms].indexOf(form)}`;
const fieldsOf = (form) =>
  [...form.elements].filter((field) => field.name && !SKIPPED.includes(field.type) && !field.closest("[data-not-kept]"));
const choice = (field) => field.type === "checkbox" || field.type === "radio";

function valuesOf(form) {
  return fieldsOf(form).map((field) => [field.name, field.value, choice(field) ? field.checked : null]);
}

function read(key) {
  try {
    const kept = JSON.parse(sessionStorage.getItem(key));
    return kept && Date.now() - kept.at < AGE ? kept : null;
  } catch {
    return null;
  }
}

function put(form, values) {
  for (const [name, value, checked] of values) {
    for (const field of fieldsOf(form)) {
      if (field.name !== name) continue;
      if (choice(field)) {
        if (field.value === value) field.checked = checked;
      } else {
        field.value = value;
      }
    }
  }
}

function offer(form, before) {
  const said = document.createElement("div");
  said.className = "notice is-info";
  said.setAttribute("role", "status");
  const body = document.createElement("div");
  body.className = "notice-body";
  const text = document.createElement("p");
  text.textContent = "Nous avons remis ce que vous aviez commencé à écrire.";
  const undo = document.createElement("button");
  undo.type = "button";
  undo.className = "button button-quiet";
  undo.textContent = "Repartir de la page vide";
  undo.addEventListener("click", () => {
    put(form, before);
    sessionStorage.removeItem(keyOf(form));
    said.remove();
  });
  body.append(text, undo);
  said.append(document.createElement("span"), body);
  form.prepend(said);
}

function watch(form) {
  const key = keyOf(form);
  const before = valuesOf(form);
  const kept = read(key);
  // After an error the server's own page holds what was typed.
  if (kept && !form.querySelector(".error-summary") && JSON.stringify(kept.values) !== JSON.stringify(before)) {
    if (kept.sent) {
      sessionStorage.removeItem(key);
    } else {
      put(form, kept.values);
      offer(form, before);
    }
  }
  const keep = (sent) => {
    try {
      sessionStorage.setItem(key, JSON.stringify({ at: Date.now(), values: valuesOf(form), sent }));
    } catch {
      // A full or forbidden storage: the form works as before.
    }
  };
  form.addEventListener("input", () => keep(false));
  form.addEventListener("change", () => keep(false));
  form.addEventListener("submit", () => keep(true));
}

document.querySelectorAll("form[data-keep]").forEach(watch);

// At sign-out nothing stays on this device. What another page still holds for the server is asked about first.
const UNSENT = "appel:";

function forget(event) {
  if (!event.target.matches("form[data-forget]")) return;
  try {
    const unsent = Object.keys(localStorage).some((name) => name.startsWith(UNSENT));
    const words = "Un appel gardé sur ce téléphone n’est pas encore envoyé. Si vous vous déconnectez, il est effacé. Se déconnecter quand même ?";
    if (unsent && !window.confirm(words)) {
      event.preventDefault();
      return;
    }
    localStorage.clear();
    sessionStorage.clear();
  } catch {
    // No storage in this browser: nothing was kept.
  }
}
document.addEventListener("submit", forget);
