// Passkeys: a form with data-passkey="create" or "get" asks the browser for one and posts what it answers.
// The button stays hidden where the browser knows none; the password form beside it always works.
// webauthnJSON comes from allauth's own file, loaded before this one.

const FAILED = "La clé d’accès n’a pas répondu. Réessayez, ou utilisez l’autre façon proposée.";
const REFUSED = "La demande de clé d’accès a été refusée ou a trop tardé. Vous pouvez réessayer.";

async function optionsOf(form) {
  if (form.dataset.options) return JSON.parse(form.dataset.options);
  const method = form.dataset.optionsMethod || "GET";
  const headers = { Accept: "application/json" };
  if (method === "POST") headers["X-CSRFToken"] = form.elements.csrfmiddlewaretoken.value;
  const response = await fetch(form.dataset.optionsUrl, { method, headers, credentials: "same-origin" });
  if (!response.ok) throw new Error(`options: ${response.status}`);
  return response.json();
}

function residentKey(options) {
  const selection = options.publicKey.authenticatorSelection || {};
  options.publicKey.authenticatorSelection = {
    ...selection,
    residentKey: "required",
    requireResidentKey: true,
    userVerification: "required",
  };
  return options;
}

async function ask(form) {
  const options = await optionsOf(form);
  if (form.dataset.passkey === "create") return window.webauthnJSON.create(residentKey(options.creation_options));
  return window.webauthnJSON.get(options.request_options);
}

function prepare(form) {
  const start = form.querySelector("[data-passkey-start]");
  const error = form.querySelector("[data-passkey-error]");
  const own = form.querySelectorAll("[data-passkey-shown]");
  start.hidden = false;
  own.forEach((element) => { element.hidden = false; });
  start.addEventListener("click", async () => {
    start.disabled = true;
    error.hidden = true;
    try {
      form.elements.credential.value = JSON.stringify(await ask(form));
      form.submit();
    } catch (reason) {
      error.textContent = reason.name === "NotAllowedError" ? REFUSED : FAILED;
      error.hidden = false;
      start.disabled = false;
      start.focus();
    }
  });
}

if (window.PublicKeyCredential && window.webauthnJSON) {
  document.querySelectorAll("form[data-passkey]").forEach(prepare);
}
