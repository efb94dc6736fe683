// @ts-check
// Dialogs: the bot's modal views, one on another. What was typed stays when a view is
// drawn again, when it is refused, and when the server cannot be reached.
import { busy, byId, h, icon, newId } from "./dom.js";
import { drawBlocks, fieldKey } from "./blocks.js";
import { textObject } from "./text.js";
import { withEmoji } from "./emoji.js";

/**
 * @typedef {object} Host
 * @property {() => Omit<import("./blocks.js").Around, "press">} around
 * @property {(viewId: string, action: any, values: any) => Promise<any>} press
 * @property {(viewId: string, values: any) => Promise<any>} submit
 * @property {(viewId: string) => Promise<any>} close
 */

/** @typedef {{id: string, view: any, dialog: any, fields: import("./blocks.js").Field[], opener: Element|null}} Open */

/** @param {Host} host */
export function dialogs(host) {
  /** @type {Open[]} */
  const stack = [];

  /** Opens a view, or draws it again if it is open. @param {any} view */
  function show(view) {
    const open = stack.find((one) => one.id === view.id);
    if (open) return redraw(open, view);
    const dialog = h("dialog", { class: "dialog", "data-test": "dialog", "data-view": view.id });
    /** @type {Open} */
    const fresh = { id: view.id, view, dialog, fields: [], opener: document.activeElement };
    stack.push(fresh);
    document.body.append(dialog);
    fill(fresh, new Map());
    dialog.addEventListener("cancel", (/** @type {Event} */ event) => {
      event.preventDefault();
      leave(fresh);
    });
    dialog.addEventListener("keydown", (/** @type {KeyboardEvent} */ event) => keepTab(event, dialog));
    dialog.showModal();
    (dialog.querySelector("[autofocus]") ?? fresh.fields[0]?.control ?? dialog.querySelector("h2"))?.focus();
  }

  /** @param {Open} open @param {any} view */
  function redraw(open, view) {
    const kept = new Map(open.fields.map((field) => [fieldKey(field.block, field.action), field.read()]));
    const active = /** @type {any} */ (document.activeElement);
    const at = open.fields.find((field) => field.control === active);
    const action = active?.getAttribute?.("data-action");
    open.view = view;
    fill(open, kept);
    const again = at && open.fields.find((field) => field.block === at.block && field.action === at.action);
    if (again) moveTo(again.control, active);
    else if (action) open.dialog.querySelector(`[data-action="${CSS.escape(action)}"]`)?.focus();
    if (!open.dialog.contains(document.activeElement)) open.dialog.querySelector("h2")?.focus();
  }

  /** @param {Open} open @param {Map<string, any>} kept */
  function fill(open, kept) {
    const view = open.view;
    const around = host.around();
    open.fields = [];
    const titleId = newId("title");
    const press = (/** @type {any} */ action) => host.press(open.id, action, values(open));
    const top = h("header", { class: "dialog-top" },
      h("h2", { id: titleId, tabindex: "-1" }, ...textObject(view.title, around.names)),
      h("button", { type: "button", class: "button button-icon button-quiet", "aria-label": "Close this form", onclick: () => leave(open) }, icon("close")));
    const notices = open.dialog.querySelector(".dialog-notices") ?? h("div", { class: "dialog-notices" });
    const body = h("div", { class: "dialog-body" }, h("div", { class: "dialog-alert", role: "alert" }),
      ...drawBlocks(view.blocks, { ...around, press, fields: open.fields, kept }));
    const close = h("button", { type: "button", class: "button", "data-test": "dialog-close", onclick: () => leave(open) }, withEmoji(view.close?.text ?? (view.submit ? "Cancel" : "Close")));
    const submit = view.submit && h("button", { type: "submit", class: "button button-primary", "data-test": "dialog-submit" }, withEmoji(view.submit.text));
    const form = h("form", { class: "dialog-form", novalidate: true }, top, notices, body, h("footer", { class: "dialog-foot" }, close, submit));
    form.addEventListener("submit", (/** @type {Event} */ event) => {
      event.preventDefault();
      if (view.submit && submit.getAttribute("aria-busy") !== "true") send(open, submit);
    });
    open.dialog.setAttribute("aria-labelledby", titleId);
    open.dialog.replaceChildren(form);
  }

  /** @param {Open} open @param {HTMLElement} button */
  async function send(open, button) {
    const missing = Object.fromEntries(open.fields.filter((field) => field.required && isEmpty(field.read())).map((field) => [field.block, "This needs an answer."]));
    problems(open, missing);
    if (Object.keys(missing).length) return;
    try {
      const answer = await busy(button, host.submit(open.id, values(open)));
      if (answer.errors) problems(open, answer.errors);
      else if (answer.view) show(answer.view);
      else if (answer.ok) remove(open.id);
      else say(open, answer.error ?? "We had some trouble connecting. Try again?");
    } catch (problem) {
      say(open, /** @type {Error} */ (problem).message);
    }
  }

  /** @param {Open} open */
  function leave(open) {
    host.close(open.id).catch(() => undefined); // the form goes away here even if nobody hears of it
    remove(open.id);
  }

  /** Takes a view and everything on top of it away. @param {string} id */
  function remove(id) {
    const at = stack.findIndex((one) => one.id === id);
    if (at < 0) return;
    const gone = stack.splice(at);
    for (const one of gone.reverse()) {
      one.dialog.close();
      one.dialog.remove();
    }
    const opener = /** @type {HTMLElement|null} */ (gone[gone.length - 1].opener);
    if (opener?.isConnected) opener.focus();
    else byId(byId("composer").hidden ? "main" : "message-box").focus();
  }

  return { show, closed: remove, clear: () => stack[0] && remove(stack[0].id) };
}

/** What the view's fields hold, as state.values. @param {Open} open */
function values(open) {
  /** @type {Record<string, Record<string, any>>} */
  const all = {};
  for (const field of open.fields) (all[field.block] ??= {})[field.action] = field.read();
  return all;
}

/** @param {any} entry */
function isEmpty(entry) {
  return Object.entries(entry).every(([name, value]) => name === "type" || value === null || value === undefined || value.length === 0 || (typeof value === "string" && !value.trim()));
}

/** Shows each problem beside its field and moves to the first. @param {Open} open @param {Record<string, string>} found */
function problems(open, found) {
  say(open, "");
  const rest = { ...found };
  let first = true;
  for (const field of open.fields) {
    clearProblem(field);
    const words = rest[field.block];
    if (!words) continue;
    delete rest[field.block];
    mark(field, words);
    if (first) field.control.focus();
    first = false;
  }
  const loose = Object.values(rest);
  if (loose.length) say(open, loose.join(" "));
}

/** @param {import("./blocks.js").Field} field */
function clearProblem(field) {
  const old = field.node.querySelector(":scope > .problem");
  field.node.classList.remove("field-wrong");
  if (!old) return;
  const others = (field.control.getAttribute("aria-describedby") ?? "").split(" ").filter((id) => id && id !== old.id);
  if (others.length) field.control.setAttribute("aria-describedby", others.join(" "));
  else field.control.removeAttribute("aria-describedby");
  field.control.removeAttribute("aria-invalid");
  old.remove();
}

/** @param {import("./blocks.js").Field} field @param {string} words */
function mark(field, words) {
  const id = newId("problem");
  const note = h("p", { class: "problem", id }, icon("warn"), h("span", {}, words));
  const label = field.node.querySelector(":scope > .hint") ?? field.node.querySelector(":scope > label, :scope > legend");
  if (label) label.after(note);
  else field.node.prepend(note);
  field.node.classList.add("field-wrong");
  field.control.setAttribute("aria-invalid", "true");
  const before = field.control.getAttribute("aria-describedby");
  field.control.setAttribute("aria-describedby", before ? `${id} ${before}` : id);
}

/** A sentence on top of the form, said at once. @param {Open} open @param {string} words */
function say(open, words) {
  const place = open.dialog.querySelector(".dialog-alert");
  place?.replaceChildren(...(words ? [h("p", {}, icon("warn"), h("span", {}, words))] : []));
  if (words) place?.scrollIntoView({ block: "nearest" });
}

/** Tab goes round inside the dialog. @param {KeyboardEvent} event @param {HTMLElement} dialog */
function keepTab(event, dialog) {
  if (event.key !== "Tab") return;
  const stops = /** @type {HTMLElement[]} */ ([...dialog.querySelectorAll("a[href], button, input, select, textarea")].filter((one) => !one.matches("[disabled], [tabindex='-1']")));
  const edge = event.shiftKey ? stops[0] : stops[stops.length - 1];
  if (document.activeElement !== edge) return;
  event.preventDefault();
  stops[event.shiftKey ? stops.length - 1 : 0].focus();
}

/** Moves the focus, and the caret to where it was. @param {any} control @param {any} before */
function moveTo(control, before) {
  control.focus();
  if (typeof before.selectionStart !== "number" || !control.setSelectionRange) return;
  try {
    control.setSelectionRange(before.selectionStart, before.selectionEnd);
  } catch {
    // a kind of box without a caret
  }
}
