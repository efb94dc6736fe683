// @ts-check
// Asks once more before something is done, in the words the bot gave.
import { h, newId } from "./dom.js";
import { textObject } from "./text.js";

/**
 * @param {any} question Block Kit's confirm object
 * @param {import("./text.js").Names} names
 * @returns {Promise<boolean>}
 */
export function confirmed(question, names) {
  const titleId = newId("confirm");
  const answer = (/** @type {string} */ value) => () => dialog.close(value);
  const style = question.style === "danger" ? "button-danger" : "button-primary";
  const dialog = h("dialog", { class: "dialog dialog-small", "aria-labelledby": titleId },
    h("header", { class: "dialog-top" }, h("h2", { id: titleId }, question.title?.text ?? "Are you sure?")),
    h("div", { class: "dialog-body" }, h("p", {}, ...textObject(question.text, names))),
    h("footer", { class: "dialog-foot" },
      h("button", { type: "button", class: "button", onclick: answer("no") }, question.deny?.text ?? "Cancel"),
      h("button", { type: "button", class: `button ${style}`, onclick: answer("yes") }, question.confirm?.text ?? "Yes")));
  document.body.append(dialog);
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(dialog.returnValue === "yes");
    });
  });
}
