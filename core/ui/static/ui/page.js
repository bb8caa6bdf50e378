// Enhancements of every page. Each act has a plain form or link that works without them.

const dialogSupport = typeof HTMLDialogElement === "function";

// `/` goes to the search box, unless somebody is writing.
document.addEventListener("keydown", (event) => {
  if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.closest("input, textarea, select, [contenteditable]")) return;
  const search = document.querySelector("[data-search]");
  if (!search) return;
  event.preventDefault();
  search.focus();
  search.select();
});

// A form is sent once: a second press within ten seconds does nothing.
document.addEventListener("submit", (event) => {
  const form = event.target.closest("form[data-once]");
  if (!form || event.defaultPrevented) return;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "yes";
  form.setAttribute("aria-busy", "true");
  setTimeout(() => release(form), 10000);
});

function release(form) {
  delete form.dataset.sent;
  form.removeAttribute("aria-busy");
}

// A page that comes back from the browser's memory can be sent again.
window.addEventListener("pageshow", (event) => {
  if (event.persisted) document.querySelectorAll("form[data-sent]").forEach(release);
});
document.addEventListener("htmx:afterRequest", (event) => {
  const form = event.target.closest && event.target.closest("form[data-sent]");
  if (form) release(form);
});

// A link that leads to a page of confirmation opens the dialog of the same matter instead.
document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-opens]");
  if (opener && dialogSupport) {
    const dialog = document.getElementById(opener.dataset.opens);
    if (dialog) {
      event.preventDefault();
      dialog.showModal();
    }
  }
  const closer = event.target.closest("[data-closes]");
  if (closer) {
    event.preventDefault();
    closer.closest("dialog").close();
  }
  for (const menu of document.querySelectorAll("details[data-menu][open], details.nav-more[open]")) {
    if (!menu.contains(event.target) && !menu.querySelector("[aria-current=page]")) menu.open = false;
  }
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  const menu = event.target.closest("details[data-menu][open], details.nav-more[open]");
  if (menu) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});

document.addEventListener("click", async (event) => {
  if (event.target.closest("[data-print]")) window.print();
  const copy = event.target.closest("[data-copy]");
  if (copy) {
    await navigator.clipboard.writeText(copy.dataset.copy);
    copy.lastChild.textContent = "Adresse copiée";
  }
  const opener = event.target.closest("[data-date-open]");
  if (opener) {
    const picker = opener.parentElement.querySelector("[data-date-for]");
    const written = document.getElementById(picker.dataset.dateFor);
    const [, day, month, year] = /^(\d\d?)\/(\d\d?)\/(\d{4})$/.exec(written.value.trim()) || [];
    if (year) picker.value = `${year}-${month.padStart(2, "0")}-${day.padStart(2, "0")}`;
    picker.showPicker();
  }
});
document.addEventListener("change", (event) => {
  const picker = event.target.closest("[data-date-for]");
  if (!picker || !picker.value) return;
  const written = document.getElementById(picker.dataset.dateFor);
  written.value = picker.value.split("-").reverse().join("/");
  written.dispatchEvent(new Event("input", { bubbles: true }));
  written.focus();
});

// A link to a folded part opens it, and so does an address that names one.
function unfold() {
  const part = document.getElementById(location.hash.slice(1));
  const folded = part && part.closest("details");
  if (!folded || folded.open) return;
  folded.open = true;
  part.scrollIntoView();
}
window.addEventListener("hashchange", unfold);
unfold();

function growing(area) {
  if (CSS.supports("field-sizing", "content")) return;
  area.style.blockSize = "auto";
  area.style.blockSize = `${area.scrollHeight + 2}px`;
}
document.addEventListener("input", (event) => {
  if (event.target.matches("textarea")) growing(event.target);
});

function arrive(root) {
  root.querySelectorAll("textarea").forEach(growing);
  if (navigator.clipboard) root.querySelectorAll("[data-copy]").forEach((button) => (button.hidden = false));
  root.querySelectorAll("[data-print]").forEach((button) => (button.hidden = false));
  if ("showPicker" in HTMLInputElement.prototype) {
    root.querySelectorAll("[data-date-for]").forEach((picker) => {
      picker.disabled = false;
      picker.nextElementSibling.hidden = false;
    });
  }
  // What went wrong is read first.
  const summary = root.querySelector("[data-focus]");
  if (summary) {
    summary.focus();
    if (!document.title.startsWith("Erreur")) document.title = `Erreur : ${document.title}`;
  }
}
arrive(document);
document.addEventListener("htmx:load", (event) => {
  if (event.target !== document.body) arrive(event.target);
});
