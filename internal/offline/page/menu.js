// @ts-check
// A menu that opens from a button: arrow keys, Home, End, a first letter, Escape.
import { h } from "./dom.js";

/**
 * @typedef {object} Item
 * @property {string} label
 * @property {string} [detail] a second, quieter line
 * @property {Node} [mark] a picture before the label
 * @property {boolean} [checked] makes it one of several, of which one is on
 * @property {() => void} run
 */

/**
 * Makes a button open a menu. The items are asked for each time it opens.
 * @param {HTMLElement} button
 * @param {string} label what the menu is for
 * @param {() => Item[]} items
 */
export function menuOn(button, label, items) {
  button.setAttribute("aria-haspopup", "menu");
  button.setAttribute("aria-expanded", "false");
  button.addEventListener("click", () => open(button, label, items()));
  button.addEventListener("keydown", (event) => {
    if (event.key !== "ArrowDown") return;
    event.preventDefault();
    open(button, label, items());
  });
}

/** @param {HTMLElement} button @param {string} label @param {Item[]} items */
function open(button, label, items) {
  const menu = h("div", { class: "menu", role: "menu", "aria-label": label, popover: "auto" });
  for (const item of items) menu.append(row(item, menu));
  (button.closest("dialog") ?? document.body).append(menu);
  menu.addEventListener("keydown", (/** @type {KeyboardEvent} */ event) => steer(event, menu));
  menu.addEventListener("toggle", (/** @type {any} */ event) => {
    if (event.newState !== "closed") return;
    button.setAttribute("aria-expanded", "false");
    const inside = menu.contains(document.activeElement) || document.activeElement === document.body;
    menu.remove();
    if (inside) button.focus();
  });
  menu.showPopover();
  button.setAttribute("aria-expanded", "true");
  place(menu, button);
  (menu.querySelector("[aria-checked=true]") ?? menu.firstElementChild)?.focus();
}

/** @param {Item} item @param {any} menu */
function row(item, menu) {
  const role = item.checked === undefined ? "menuitem" : "menuitemradio";
  return h("button", {
    type: "button", role, class: "menu-item", tabindex: "-1",
    "aria-checked": item.checked === undefined ? null : String(item.checked),
    onclick: () => {
      menu.hidePopover();
      item.run();
    },
  }, item.mark, h("span", { class: "menu-words" }, h("span", { class: "menu-label" }, item.label), " ", item.detail && h("span", { class: "menu-detail" }, item.detail)));
}

/** Puts the menu under its button, or above it when there is more room there.
 * @param {HTMLElement} menu @param {HTMLElement} button */
function place(menu, button) {
  const at = button.getBoundingClientRect();
  menu.style.setProperty("min-width", `max(13rem, ${at.width}px)`);
  const size = menu.getBoundingClientRect();
  const below = window.innerHeight - at.bottom;
  const top = below < size.height + 12 && at.top > below ? Math.max(8, at.top - size.height - 6) : at.bottom + 6;
  const left = Math.max(8, Math.min(at.left, window.innerWidth - size.width - 8));
  menu.style.setProperty("top", `${Math.max(8, Math.min(top, window.innerHeight - size.height - 8))}px`);
  menu.style.setProperty("left", `${left}px`);
}

/** @param {KeyboardEvent} event @param {any} menu */
function steer(event, menu) {
  const items = [...menu.children];
  const now = items.indexOf(document.activeElement);
  const next = target(event, items, now);
  if (event.key === "Tab") menu.hidePopover();
  if (next === undefined) return;
  event.preventDefault();
  items[next]?.focus();
}

/** @param {KeyboardEvent} event @param {HTMLElement[]} items @param {number} now @returns {number|undefined} */
function target(event, items, now) {
  if (event.key === "ArrowDown") return (now + 1) % items.length;
  if (event.key === "ArrowUp") return (now - 1 + items.length) % items.length;
  if (event.key === "Home") return 0;
  if (event.key === "End") return items.length - 1;
  if (event.key.length !== 1 || event.key === " " || event.ctrlKey || event.metaKey) return undefined;
  const letter = event.key.toLowerCase();
  const order = [...items.keys()].map((i) => (now + 1 + i) % items.length);
  return order.find((i) => items[i].querySelector(".menu-label")?.textContent?.toLowerCase().startsWith(letter));
}
