// @ts-check
// Trouble, said at once and loudly, until it is dismissed.
import { byId, h, icon, unseen } from "./dom.js";

const most = 3;

/** Shows trouble on the page, and in the dialog that covers the page if there is one. @param {string} words */
export function alertOf(words) {
  put(byId("alerts"), words);
  const covering = [...document.querySelectorAll("dialog[open] .dialog-notices")].at(-1);
  if (covering) put(/** @type {HTMLElement} */ (covering), words);
}

/** @param {HTMLElement} alerts @param {string} words */
function put(alerts, words) {
  const same = [...alerts.children].find((one) => one.getAttribute("data-words") === words);
  same?.remove();
  const one = h("div", { class: "alert", role: "alert", "data-test": "alert", "data-words": words }, icon("warn"), h("p", {}, words),
    h("button", { type: "button", class: "button button-icon button-quiet", onclick: () => dismiss(one) }, icon("close"), unseen("Dismiss this message")));
  alerts.append(one);
  if (alerts.childElementCount > most) alerts.firstElementChild?.remove();
}

/** @param {HTMLElement} one */
function dismiss(one) {
  const next = one.nextElementSibling ?? one.previousElementSibling;
  const dialog = one.closest("dialog");
  one.remove();
  const target = next?.querySelector("button") ?? dialog?.querySelector("h2") ?? byId("main");
  /** @type {HTMLElement} */ (target).focus();
}
