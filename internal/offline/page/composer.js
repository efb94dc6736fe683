// @ts-check
// The message box: Enter sends, Shift and Enter makes a line, / and @ suggest.
import { announce, avatar, busy, byId, h, icon, unseen } from "./dom.js";
import { complete, tries, withMentions } from "./complete.js";
import { menuOn } from "./menu.js";

/**
 * @typedef {object} Host
 * @property {() => import("./sidebar.js").State} state
 * @property {(text: string, thread: string) => Promise<boolean>} say true when it was taken
 * @property {(callback: string) => void} shortcut
 */

/** @param {Host} host */
export function setUpComposer(host) {
  const box = h("textarea", {
    id: "message-box", "data-test": "message-box", rows: "1", maxlength: "4000", "aria-label": "Message", "aria-autocomplete": "list",
    "aria-controls": "suggestions", "aria-describedby": "composer-help", autocomplete: "off",
  });
  const list = h("ul", { id: "suggestions", class: "suggestions", role: "listbox", "data-test": "suggestions", hidden: true });
  const send = h("button", { type: "submit", class: "button button-primary send", "data-test": "send" }, icon("send"), h("span", {}, "Send"));
  const plus = h("button", { type: "button", class: "button button-icon button-quiet", "data-test": "shortcuts" }, icon("plus"), unseen("Shortcuts"));
  const replying = h("p", { class: "replying", hidden: true });
  const chips = h("div", { class: "tries", role: "group", "aria-label": "Things to try" });
  const form = byId("composer");
  form.append(list, replying, h("div", { class: "composer-box" }, plus, box, send),
    h("div", { class: "composer-foot" }, chips, h("p", { class: "composer-help", id: "composer-help" }, h("kbd", {}, "Enter"), " sends. ", h("kbd", {}, "/"), " lists commands. ", h("kbd", {}, "@"), " names a person.")));
  menuOn(plus, "Shortcuts", () => host.state().shortcuts.filter((s) => s.type === "global").map((s) => ({ label: s.name, run: () => host.shortcut(s.callback_id) })));

  /** @type {import("./complete.js").Completion|null} */
  let offer = null;
  let active = -1;
  let thread = "";
  let here = "";
  /** @type {Map<string, string>} */
  const drafts = new Map();
  /** @type {Map<string, string>} */
  const picked = new Map();

  function suggest() {
    const { commands, people } = host.state();
    const before = offer?.items.map((item) => item.label).join();
    offer = complete(box.value, box.selectionStart, commands, people);
    active = offer?.eager ? 0 : -1;
    drawOffer();
    if (offer && offer.items.map((item) => item.label).join() !== before) announce(`${offer.items.length} suggestions. Use the arrow keys.`);
  }
  function drawOffer() {
    list.hidden = !offer;
    box.removeAttribute("aria-activedescendant");
    if (!offer) return list.replaceChildren();
    list.setAttribute("aria-label", offer.name);
    list.replaceChildren(...offer.items.map((item, i) => suggestion(item, i, i === active, () => take(i))));
    if (active < 0) return;
    box.setAttribute("aria-activedescendant", `suggestion-${active}`);
    list.children[active].scrollIntoView({ block: "nearest" });
  }
  function hide() {
    offer = null;
    drawOffer();
  }
  /** @param {number} i */
  function take(i) {
    if (!offer) return;
    const { insert, person } = offer.items[i];
    if (person) picked.set(person.name, person.id);
    const rest = box.value.slice(offer.to).replace(/^ /, "");
    const caret = offer.from + insert.length;
    box.value = box.value.slice(0, offer.from) + insert + rest;
    box.setSelectionRange(caret, caret);
    box.focus();
    grow(box);
    suggest();
  }
  async function submit() {
    const text = box.value.trim();
    if (!text || send.getAttribute("aria-busy") === "true") return;
    hide();
    const typed = box.value;
    box.value = "";
    grow(box);
    const taken = await busy(send, host.say(withMentions(text, picked, host.state().people), thread));
    if (taken) {
      picked.clear();
      replyTo(null);
    } else if (!box.value) fill(typed);
  }
  /** @param {KeyboardEvent} event */
  function keys(event) {
    if (event.isComposing) return;
    if (offer && steer(event)) return event.preventDefault();
    if (event.key !== "Enter" || event.shiftKey) return;
    event.preventDefault();
    submit();
  }
  /** Whether the key was for the list. @param {KeyboardEvent} event */
  function steer(event) {
    if (!offer) return false;
    const n = offer.items.length;
    if (event.key === "ArrowDown") active = (active + 1) % n;
    else if (event.key === "ArrowUp") active = active <= 0 ? n - 1 : active - 1;
    else if (event.key === "Escape") hide();
    else if ((event.key === "Tab" && !event.shiftKey) || (event.key === "Enter" && !event.shiftKey && active >= 0)) take(Math.max(active, 0));
    else return false;
    if (offer && event.key.startsWith("Arrow")) drawOffer();
    return true;
  }
  /** @param {string} text */
  function fill(text) {
    box.value = text;
    box.focus();
    box.setSelectionRange(text.length, text.length);
    grow(box);
    suggest();
  }
  /** @param {{ts: string, name: string}|null} message */
  function replyTo(message) {
    thread = message?.ts ?? "";
    replying.hidden = !message;
    replying.replaceChildren();
    if (!message) return;
    replying.append(icon("reply"), h("span", {}, `Replying to ${message.name}`), h("button", { type: "button", class: "button button-quiet", onclick: () => replyTo(null) }, "Stop replying"));
    box.focus();
  }

  form.addEventListener("submit", (/** @type {Event} */ event) => {
    event.preventDefault();
    submit();
  });
  box.addEventListener("keydown", keys);
  box.addEventListener("input", () => {
    grow(box);
    suggest();
  });
  box.addEventListener("blur", hide);

  /** Draws what depends on the state and the place. @param {string} name how the place is called, "" when nothing can be written */
  function draw(name) {
    const { commands, shortcuts } = host.state();
    form.hidden = !name;
    box.placeholder = `Write to ${name}`;
    box.setAttribute("aria-label", `Message to ${name}`);
    plus.hidden = !shortcuts.some((s) => s.type === "global");
    chips.replaceChildren(...tries(commands).map((line) => h("button", { type: "button", class: "try", "data-test": "try", onclick: () => fill(`${line} `) }, line)));
  }
  /** Puts away what was begun, and brings back what was begun in this place before. @param {string} where */
  function enter(where) {
    drafts.set(here, box.value);
    here = where;
    box.value = drafts.get(here) ?? "";
    grow(box);
    hide();
    replyTo(null);
    box.blur();
  }
  return { draw, enter, replyTo };
}

/** @param {import("./complete.js").Suggestion} item @param {number} i @param {boolean} on @param {() => void} take */
function suggestion(item, i, on, take) {
  return h("li", {
    id: `suggestion-${i}`, role: "option", class: "option", "aria-selected": String(on),
    onmousedown: (/** @type {Event} */ event) => event.preventDefault(), // keeps the focus in the box
    onclick: take,
  },
  item.person && avatar(item.person),
  h("span", { class: "option-label" }, item.label), " ",
  item.detail && h("span", { class: "option-detail" }, item.detail), " ",
  item.hint && h("span", { class: item.detail ? "option-hint option-hint-below" : "option-hint" }, item.hint));
}

/** As high as its words, up to the limit in the style sheet. @param {HTMLTextAreaElement} box */
function grow(box) {
  box.style.setProperty("height", "auto");
  box.style.setProperty("height", `${box.scrollHeight}px`);
}
