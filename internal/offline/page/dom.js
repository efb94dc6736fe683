// @ts-check
// Builds elements. Nothing in this page is ever parsed as HTML: words become text
// nodes, so what a person or the bot wrote can never become markup.

/**
 * @typedef {Node|string|null|undefined|false} Child
 * @typedef {Record<string, any>} Props
 */

/**
 * Makes an element. A property `onclick: f` listens; true and false switch an
 * attribute on and off; anything else becomes an attribute.
 * @param {string} tag
 * @param {Props} [props]
 * @param {...(Child|Child[])} children
 * @returns {any}
 */
export function h(tag, props = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (typeof value === "function") element.addEventListener(name.slice(2), value);
    else if (value === true) element.setAttribute(name, "");
    else if (value !== false && value !== null && value !== undefined) element.setAttribute(name, String(value));
  }
  element.append(...children.flat().filter(isChild));
  return element;
}

/** @param {Child} child @returns {child is Node|string} */
function isChild(child) {
  return child !== null && child !== undefined && child !== false;
}

/** The element of the page with this id. @param {string} id @returns {any} */
export function byId(id) {
  return document.getElementById(id);
}

let made = 0;

/** An id nobody else has, for labels and descriptions. @param {string} stem */
export function newId(stem) {
  made += 1;
  return `${stem}-${made}`;
}

/** @type {Record<string, string>} */
const icons = {
  sprout: "M12 20v-8M12 13.500c0-3.500-2.300-5.500-6.500-5.500 0 3.800 2.500 5.500 6.500 5.500ZM12 11c0-3.200 2-5.200 6.200-5.200 0 3.600-2.400 5.200-6.200 5.200Z",
  home: "M4 11l8-7 8 7M6 9.500V20h12V9.500M10 20v-6h4v6",
  hash: "M9 4L7 20M17 4l-2 16M4 9h16M4 15h16",
  more: "M6 12h.01M12 12h.01M18 12h.01",
  close: "M6 6l12 12M18 6L6 18",
  menu: "M4 7h16M4 12h16M4 17h16",
  send: "M4 12l16-7-5 15-4-6-7-2ZM11 14l4-4",
  clock: "M12 7v5l3 2M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18Z",
  plus: "M12 5v14M5 12h14",
  down: "M7 10l5 5 5-5",
  eye: "M3 12s3.500-6 9-6 9 6 9 6-3.500 6-9 6-9-6-9-6ZM12 9.500a2.500 2.500 0 1 0 0 5 2.500 2.500 0 0 0 0-5Z",
  reply: "M9 7L4 12l5 5M4 12h10a6 6 0 0 1 6 6v1",
  file: "M7 3h7l4 4v14H7ZM14 3v4h4M10 12h5M10 16h5",
  warn: "M12 4L2.500 20h19L12 4ZM12 10v4M12 17h.01",
};

/** A small drawing that says nothing to a screen reader. @param {string} name */
export function icon(name) {
  const ns = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(ns, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("class", `icon icon-${name}`);
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS(ns, "path");
  path.setAttribute("d", icons[name] ?? "");
  svg.append(path);
  return svg;
}

/**
 * A person's initials on a colour that is always theirs.
 * @param {{id?: string, name?: string, bot?: boolean}} person
 */
export function avatar(person) {
  if (person.bot) return h("span", { class: "avatar avatar-bot", "aria-hidden": "true" }, icon("sprout"));
  const words = (person.name ?? "?").split(/\s+/).filter(Boolean);
  const initials = [words[0], words.length > 1 ? words[words.length - 1] : ""].map((word) => (word ?? "").slice(0, 1)).join("");
  let sum = 7;
  for (const letter of person.id ?? "") sum = Math.imul(sum ^ letter.charCodeAt(0), 0x01000193) >>> 0;
  return h("span", { class: `avatar avatar-${(sum >>> 13) % 7}`, "aria-hidden": "true" }, initials.toUpperCase());
}

/** Words only a screen reader says. @param {string} words */
export function unseen(words) {
  return h("span", { class: "unseen" }, words);
}

/** Tells a screen reader something once, politely. @param {string} words */
export function announce(words) {
  const live = byId("live");
  live.append(h("p", {}, words));
  while (live.childElementCount > 5) live.firstElementChild.remove();
}

/**
 * Marks a button as working while something is under way, and keeps the focus on it.
 * @param {HTMLElement|null} button
 * @param {Promise<any>} work
 */
export async function busy(button, work) {
  button?.setAttribute("aria-busy", "true");
  try {
    return await work;
  } finally {
    button?.removeAttribute("aria-busy");
  }
}
