// @ts-check
// Trouble, said at once and loudly, until it is dismissed.
import { byId, h, icon, unseen } from "./dom.js";

const most = 3;

/** @param {string} words */
export function alertOf(words) {
  const alerts = byId("alerts");
  const same = [...alerts.children].find((one) => one.getAttribute("data-words") === words);
  same?.remove();
  const one = h("div", { class: "alert", role: "alert", "data-test": "alert", "data-words": words }, icon("warn"), h("p", {}, words),
    h("button", { type: "button", class: "button button-icon button-quiet", onclick: () => dismiss(one) }, icon("close"), unseen("Dismiss this message")));
  alerts.append(one);
  while (alerts.childElementCount > most) alerts.firstElementChild.remove();
}

/** @param {HTMLElement} one */
function dismiss(one) {
  const next = one.nextElementSibling ?? one.previousElementSibling;
  one.remove();
  (/** @type {HTMLElement|null|undefined} */ (next?.querySelector("button")) ?? byId("main")).focus();
}
