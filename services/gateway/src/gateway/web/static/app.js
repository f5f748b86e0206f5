// Shortcuts, toasts and guards. Every page works without this file; it only makes the hands faster.
"use strict";

const words = document.body.dataset;
const one = (selector, within = document) => within.querySelector(selector);
const all = (selector, within = document) => [...within.querySelectorAll(selector)];
const isTyping = (element) => element.matches("input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable]");

// --- Unsaved changes -----------------------------------------------------------------------------------------------

const changed = new Set();
const guardOf = (element) => element.closest?.("form[data-guard]");
document.addEventListener("input", (event) => { const form = guardOf(event.target); if (form) changed.add(form); });
document.addEventListener("submit", (event) => changed.delete(event.target));
const unsaved = () => [...changed].some((form) => form.isConnected);
window.addEventListener("beforeunload", (event) => { if (unsaved()) event.preventDefault(); });

// --- Submitting once, with Ctrl+Enter, and asking before what cannot be taken back ----------------------------------

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.dataset.confirm && !window.confirm(form.dataset.confirm)) return event.preventDefault();
  if (form.dataset.confirm) form.append(Object.assign(document.createElement("input"), { type: "hidden", name: "confirmed", value: "1" }));
  if (form.method !== "post" || form.hasAttribute("hx-post") || form.hasAttribute("data-stays")) return;
  setTimeout(() => all("button[type=submit], button:not([type])", form).forEach((button) => { button.disabled = true; }));
});
window.addEventListener("pageshow", () => all("button[disabled]:not([data-off])").forEach((button) => { button.disabled = false; }));

document.addEventListener("change", (event) => {
  const chooser = event.target.closest("[data-shows]");
  if (chooser) showFor(chooser);
  if (event.target.matches("[data-sends]")) event.target.form.requestSubmit();
});
const showFor = (chooser) => all(`[data-for="${chooser.dataset.shows}"]`).forEach((part) => {
  const shown = part.dataset.when.split(" ").includes(chooser.value);
  part.hidden = !shown;
  all("input, select, textarea", part).forEach((input) => { input.disabled = !shown; });
});
const prepare = (root) => {
  all("[data-shows]", root).forEach((chooser) => { if (chooser.type !== "radio" || chooser.checked) showFor(chooser); });
  all(".needs-script", root).forEach((part) => { part.hidden = false; });
};
prepare(document);
document.addEventListener("htmx:afterSettle", (event) => prepare(event.target));

one("[data-focus]")?.focus({ preventScroll: true });
all(".steps [aria-current], .tabs [aria-current]").forEach((current) => {
  const row = current.closest("ol, ul");
  row.scrollLeft = current.offsetLeft - row.offsetLeft - (row.clientWidth - current.offsetWidth) / 2;
});

// --- Shortcuts -----------------------------------------------------------------------------------------------------

const help = one("#help");
one("[data-help]")?.addEventListener("click", () => help.showModal());
const follow = (selector) => { const link = one(selector); if (link) link.click(); return Boolean(link); };

const plainKeys = {
  "/": () => openSearch(),
  "?": () => { help?.showModal(); return Boolean(help); },
  e: () => {
    const near = document.activeElement?.closest?.(".block");
    const pencil = (near && one("[data-key=e]", near)) || one(".block [data-key=e]") || one("[data-key=e]");
    pencil?.click();
    return Boolean(pencil);
  },
  m: () => follow("[data-key=m]"),
  n: () => follow("[data-key=n]"),
};

document.addEventListener("keydown", (event) => {
  const typing = isTyping(event.target);
  if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
    event.preventDefault();
    return openSearch();
  }
  if ((event.ctrlKey || event.metaKey) && event.key === "Enter") {
    const form = event.target.closest("form") || one("form[data-guard]");
    if (form) { event.preventDefault(); form.requestSubmit(one("[data-finish]", form)); }
    return;
  }
  if (event.key === "Enter" && event.target.matches("form[data-wizard] select")) { event.preventDefault(); return event.target.form.requestSubmit(); }
  if (event.key === "Escape") return escape(event);
  if (typing || event.ctrlKey || event.metaKey || event.altKey || one("dialog[open]")) return;
  if (plainKeys[event.key]?.()) event.preventDefault();
});

const escape = (event) => {
  all("details[open]:not(.stays)").forEach((details) => {
    if (details.contains(document.activeElement)) one("summary", details).focus();
    details.open = false;
  });
  if (one("dialog[open]")) return;
  if (found?.contains(document.activeElement) || event.target === box) { closeSearch(); box.blur(); return; }
  const cancel = one("form[data-guard] [data-cancel]");
  if (cancel && (!unsaved() || window.confirm(words.leave))) { changed.clear(); cancel.click(); }
};
document.addEventListener("click", (event) => {
  all("details[open]:not(.stays)").forEach((details) => { if (!details.contains(event.target)) details.open = false; });
  if (found && !event.target.closest(".find")) closeSearch();
  const closer = event.target.closest("[data-close]");
  if (closer) closer.closest("dialog, .toast").close?.() ?? closer.closest(".toast")?.remove();
  if (event.target.closest("[data-cancel]")) changed.clear();
  const mover = event.target.closest("[data-move]");
  if (mover) move(...mover.dataset.move.split(" "));
  const fold = event.target.closest(".fold");
  if (fold) { event.preventDefault(); fold.setAttribute("aria-expanded", one("#menu").classList.toggle("open")); }
});

// --- The search box ------------------------------------------------------------------------------------------------

const box = one("#find");
const found = one("#found");
const openSearch = () => { box?.focus(); box?.select(); return Boolean(box); };
const closeSearch = () => { if (found) { found.replaceChildren(); box.setAttribute("aria-expanded", "false"); box.removeAttribute("aria-activedescendant"); } };
const choose = (step) => {
  const options = all("[role=option]", found);
  if (!options.length) return;
  const now = options.findIndex((option) => option.getAttribute("aria-selected") === "true");
  const next = options[(now + step + options.length) % options.length];
  options.forEach((option) => option.setAttribute("aria-selected", String(option === next)));
  box.setAttribute("aria-activedescendant", next.id);
  next.scrollIntoView({ block: "nearest" });
};
box?.addEventListener("keydown", (event) => {
  if (event.key === "ArrowDown" || event.key === "ArrowUp") { event.preventDefault(); choose(event.key === "ArrowDown" ? 1 : -1); }
  if (event.key === "Enter" && !event.ctrlKey) {
    const chosen = one("[aria-selected=true]", found) || (isAnswered() && one("[role=option]", found));
    if (chosen) { event.preventDefault(); chosen.click(); }
    else if (box.value.trim() && !isAnswered() && window.htmx) { event.preventDefault(); opensFirst = true; window.htmx.trigger(box, "ask"); }
  }
});
let opensFirst = false; // Enter came before the answer did
const isAnswered = () => one("[data-query]", found)?.dataset.query === box.value.trim();
box?.addEventListener("input", () => { opensFirst = false; });
const openFirst = () => { opensFirst = false; const first = one("[role=option]", found); first ? first.click() : box.form.submit(); };
document.addEventListener("htmx:beforeSwap", (event) => {
  // An answer to what no longer stands in the box is never shown over a newer one.
  if (event.target === found && new URL(event.detail.xhr.responseURL).searchParams.get("q") !== box.value) event.detail.shouldSwap = false;
});
document.addEventListener("htmx:afterSwap", (event) => {
  if (event.target !== found) return;
  if (opensFirst) return openFirst();
  if (document.activeElement !== box) return closeSearch();
  box.setAttribute("aria-expanded", String(Boolean(one("[role=option]", found))));
});
document.addEventListener("htmx:sendError", (event) => { if (event.target === box && opensFirst) box.form.submit(); });

// --- Two lists to move between --------------------------------------------------------------------------------------

const move = (from, to) => {
  const source = document.getElementById(from);
  const target = document.getElementById(to);
  const chosen = [...source.selectedOptions];
  chosen.forEach((option) => target.append(option));
  [...target.options].sort((a, b) => a.text.localeCompare(b.text)).forEach((option) => target.append(option));
  if (chosen.length) { changed.add(source.form); target.focus(); }
};
document.addEventListener("formdata", (event) => all("select[data-all]", event.target).forEach((list) => {
  event.formData.delete(list.name);
  [...list.options].forEach((option) => event.formData.append(list.name, option.value));
}));
all("[data-move]").forEach((button) => {
  const list = document.getElementById(button.dataset.move.split(" ")[0]);
  list.addEventListener("dblclick", () => button.click());
  list.addEventListener("keydown", (event) => { if (event.key === "Enter") { event.preventDefault(); button.click(); } });
});

// --- Days: typed, or picked from the browser's own calendar ---------------------------------------------------------

const pick = (shell) => {
  const [text, picker] = all("input", shell);
  const [day, month, year] = text.value.split(/\D+/);
  picker.value = year?.length === 4 ? `${year}-${month.padStart(2, "0")}-${day.padStart(2, "0")}` : "";
  picker.showPicker();
};
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-pick]");
  if (button) pick(button.parentElement);
});
document.addEventListener("keydown", (event) => {
  const shell = event.key === "ArrowDown" && event.target.matches("[inputmode]") && event.target.closest(".with-picker");
  if (shell) { event.preventDefault(); pick(shell); }
});
document.addEventListener("change", (event) => {
  if (!event.target.matches(".with-picker > [type=date]") || !event.target.value) return;
  const text = one("input", event.target.parentElement);
  text.value = event.target.value.split("-").reverse().join("-");
  text.dispatchEvent(new Event("input", { bubbles: true }));
  text.focus();
});

// --- Toasts, and what htmx tells -------------------------------------------------------------------------------------

const toast = (text, kind = "green") => {
  const made = one("#toast-shape").content.firstElementChild.cloneNode(true);
  made.classList.add(kind);
  one("[data-text]", made).textContent = text;
  one("#toasts").append(made);
  fade(made);
};
const fade = (shown) => {
  let left = setTimeout(() => shown.remove(), shown.dataset.stays ? 20000 : 6000);
  shown.addEventListener("pointerenter", () => clearTimeout(left));
  shown.addEventListener("focusin", () => clearTimeout(left));
};
all(".toast:not(.red)").forEach(fade);

// A form that is being sent needs no keeping any more; what is on its way already the server knows to be older.
const leaving = new WeakSet();
document.addEventListener("submit", (event) => {
  const keeper = one(`[data-keeps="${event.target.id}"]`);
  if (!keeper || event.defaultPrevented) return;
  leaving.add(event.target);
});
document.addEventListener("htmx:beforeRequest", (event) => {
  const keeper = event.target.closest?.("[data-keeps]");
  if (keeper && leaving.has(document.getElementById(keeper.dataset.keeps))) event.preventDefault();
});
window.addEventListener("pageshow", (event) => { if (event.persisted) all("form").forEach((form) => leaving.delete(form)); });

// Each form counts what it sends, so that the server knows a request that was overtaken by a later one.
const turnOf = () => String(Math.round(performance.now()) + 1);
document.addEventListener("htmx:configRequest", (event) => {
  if (event.target.closest?.("[data-keeps]")) event.detail.parameters.turn = turnOf();
});
document.addEventListener("formdata", (event) => {
  if (event.target.matches("form[data-wizard]")) event.formData.set("turn", turnOf());
});
document.addEventListener("htmx:afterSettle", () => all("[data-hints]").forEach((hint) => {
  const field = document.getElementById(hint.dataset.hints);
  if (field) field.placeholder = hint.textContent;
}));

document.addEventListener("htmx:afterRequest", (event) => {
  const keeper = event.target.closest?.("[data-keeps]");
  if (keeper && event.detail.successful) changed.delete(document.getElementById(keeper.dataset.keeps));
});
document.addEventListener("htmx:sendError", () => toast(words.offline, "red"));
document.addEventListener("htmx:beforeSwap", (event) => {
  if (event.detail.xhr.status >= 500 && event.target.closest?.("[data-keeps]")) { event.detail.shouldSwap = false; toast(words.offline, "red"); }
  if (event.detail.xhr.status === 401) { event.detail.shouldSwap = false; one("#again")?.showModal(); }
});

// --- A session that ended: sign in again without losing the form --------------------------------------------------------

one("#again form")?.addEventListener("submit", async (event) => {
  event.preventDefault();
  const form = event.target;
  const fresh = await (await fetch(form.action)).json();
  const answer = await fetch(form.action, { method: "POST", body: new FormData(form), headers: { "X-CSRF-Token": fresh.csrf_token } });
  const told = answer.headers.get("Content-Type")?.includes("json") ? await answer.json() : {};
  if (!told.csrf_token) { one(".error", form).textContent = told.error || words.offline; return; }
  all("input[name=_csrf]").forEach((input) => { input.value = told.csrf_token; });
  document.body.setAttribute("hx-headers", JSON.stringify({ "X-CSRF-Token": told.csrf_token }));
  one("#again").close();
  toast(told.message);
});

// --- Choosing rows: shift takes all in between, and what can be done with them appears ----------------------------------

let lastPick = null;
const picksOf = (form) => all("tbody input[type=checkbox]", form);
const showSelection = (form) => {
  const chosen = picksOf(form).filter((pick) => pick.checked).length;
  one(".selection", form).hidden = !chosen;
  one("[data-chosen]", form).textContent = chosen;
  const whole = one("[data-all-rows]", form);
  whole.checked = chosen === picksOf(form).length;
  whole.indeterminate = chosen > 0 && !whole.checked;
  if (whole.checked) window.htmx?.trigger(one("[data-offers]", form) ?? form, "offer");
  else all("[name=all], [name=every_candidate]", form).forEach((everything) => { everything.checked = false; });
};
document.addEventListener("click", (event) => {
  const form = event.target.closest?.("[data-selection]");
  if (!form || !event.target.matches("input[type=checkbox]")) return;
  const picks = picksOf(form);
  if (event.target.matches("[data-all-rows]")) picks.forEach((pick) => { pick.checked = event.target.checked; });
  else if (event.shiftKey && picks.includes(lastPick)) {
    const [from, to] = [picks.indexOf(lastPick), picks.indexOf(event.target)].sort((a, b) => a - b);
    picks.slice(from, to + 1).forEach((pick) => { pick.checked = event.target.checked; });
  }
  if (!event.target.matches("[data-all-rows]")) lastPick = event.target;
  showSelection(form);
});
all("[data-selection]").forEach(showSelection);

// --- A file dropped where one is chosen ---------------------------------------------------------------------------------

["dragover", "dragleave", "drop"].forEach((kind) => document.addEventListener(kind, (event) => {
  const place = event.target.closest?.("[data-drop]");
  if (!place) return;
  event.preventDefault();
  place.classList.toggle("over", kind === "dragover");
  if (kind !== "drop" || !event.dataTransfer.files.length) return;
  const input = one("input[type=file]", place);
  input.files = event.dataTransfer.files;
  input.dispatchEvent(new Event("change", { bubbles: true }));
}));
