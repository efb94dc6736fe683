// @ts-check
// A conversation: messages by day and by person, with what can be done on each.
import { avatar, h, icon, unseen } from "./dom.js";
import { drawBlocks } from "./blocks.js";
import { menuOn } from "./menu.js";
import { mrkdwn } from "./text.js";
import { dayWords, timeWords } from "./words.js";

/**
 * @typedef {object} Message
 * @property {string} ts
 * @property {string} user
 * @property {string} name
 * @property {boolean} bot
 * @property {string} text
 * @property {any[]} [blocks]
 * @property {boolean} [ephemeral]
 * @property {boolean} [edited]
 * @property {string} [thread_ts]
 * @property {number} [reply_count]
 * @property {{name: string, title: string, url?: string}[]} [files] without an address when it is kept no more
 */

/**
 * @typedef {object} Room
 * @property {string} zone
 * @property {import("./text.js").Names} names
 * @property {(message: Message) => import("./blocks.js").Around} around
 * @property {(message: Message) => import("./menu.js").Item[]} actions
 * @property {Set<string>} open the messages whose replies are in sight
 * @property {(ts: string) => void} toggle shows or hides the replies to a message
 */

/** @typedef {{key: string, mark: string, make: () => HTMLElement}} Row */

/** What each row was drawn from. @type {WeakMap<Element, string>} */
const marks = new WeakMap();

const grouped = 10 * 60; // seconds within which one person's messages stand together

/**
 * Draws the messages into the list. What has not changed stays as it is, with its
 * focus and whatever is open in it.
 * @param {HTMLElement} list
 * @param {Message[]} messages
 * @param {Room} room
 */
export function drawMessages(list, messages, room) {
  const before = new Map([...list.children].map((child) => [child.getAttribute("data-key") ?? "", child]));
  const focused = focusIn(list);
  const nodes = rows(messages, room).map((row) => {
    const old = before.get(row.key);
    if (old && marks.get(old) === row.mark) return old;
    const node = row.make();
    node.setAttribute("data-key", row.key);
    marks.set(node, row.mark);
    return node;
  });
  if (nodes.length !== list.children.length || nodes.some((node, i) => node !== list.children[i])) list.replaceChildren(...nodes);
  if (focused) refocus(list, focused);
}

/** @param {HTMLElement} list */
function focusIn(list) {
  const active = document.activeElement;
  if (!active || !list.contains(active)) return null;
  return { active: /** @type {HTMLElement} */ (active), key: active.closest("[data-key]")?.getAttribute("data-key") ?? "", action: active.getAttribute("data-action") };
}

/** @param {HTMLElement} list @param {{active: HTMLElement, key: string, action: string|null}} was */
function refocus(list, was) {
  if (document.activeElement === was.active) return;
  if (was.active.isConnected) return was.active.focus();
  const row = /** @type {HTMLElement|null} */ (list.querySelector(`[data-key="${CSS.escape(was.key)}"]`));
  const same = was.action && row?.querySelector(`[data-action="${CSS.escape(was.action)}"]`);
  /** @type {HTMLElement|null|undefined} */ (same || row)?.focus();
}

/** @param {Message[]} messages @param {Room} room @returns {Row[]} */
function rows(messages, room) {
  /** @type {Row[]} */
  const out = [];
  let day = "";
  /** @type {Message|undefined} */
  let last;
  for (const message of threaded(messages, room.open)) {
    const reply = isReply(message);
    const today = dayWords(message.ts, room.zone);
    if (today !== day && !reply) {
      out.push({ key: `day ${today}`, mark: today, make: () => h("li", { class: "day" }, h("span", {}, today)) });
      day = today;
      last = undefined;
    }
    const goesOn = follows(message, last);
    out.push({ key: message.ts + (message.ephemeral ? "e" : ""), mark: `${goesOn} ${room.open.has(message.ts)} ${JSON.stringify(message)}`, make: () => draw(message, goesOn, room) });
    last = message;
  }
  return out;
}

/** @param {Message} message */
function isReply(message) {
  return Boolean(message.thread_ts) && message.thread_ts !== message.ts;
}

/** Replies straight under the message they belong to, when that is open. @param {Message[]} messages @param {Set<string>} open */
function threaded(messages, open) {
  const known = new Set(messages.map((m) => m.ts));
  const under = (/** @type {Message} */ m) => isReply(m) && known.has(m.thread_ts ?? "");
  const replies = (/** @type {string} */ ts) => (open.has(ts) ? messages.filter((m) => under(m) && m.thread_ts === ts) : []);
  return messages.filter((m) => !under(m)).flatMap((m) => [m, ...replies(m.ts)]);
}

/** @param {Message} message @param {Message|undefined} last */
function follows(message, last) {
  if (message.blocks?.length) return false; // a card stands for itself
  if (!last || last.user !== message.user || last.name !== message.name) return false;
  if (Boolean(last.ephemeral) !== Boolean(message.ephemeral) || (last.thread_ts || "") !== (message.thread_ts || "")) return false;
  return Number(message.ts) - Number(last.ts) < grouped;
}

/** @param {Message} message @param {boolean} goesOn @param {Room} room */
function draw(message, goesOn, room) {
  const time = timeWords(message.ts, room.zone);
  const kind = [message.ephemeral && "message-private", goesOn && "message-on", isReply(message) && "message-reply"].filter(Boolean).join(" ");
  const who = h("p", { class: "message-who" },
    h("strong", { class: "message-name" }, message.name),
    message.bot && h("span", { class: "app-badge" }, "App"),
    h("time", { class: "message-time", datetime: new Date(Number(message.ts) * 1000).toISOString() }, time));
  return h("li", { class: `message ${kind}`, "data-test": "message", "data-ts": message.ts, "data-private": message.ephemeral ? "true" : null, tabindex: "-1" },
    goesOn ? h("span", { class: "message-gutter", "aria-hidden": "true" }, time) : avatar({ id: message.user, name: message.name, bot: message.bot }),
    h("div", { class: "message-body" },
      message.ephemeral && !goesOn && h("p", { class: "private-note" }, icon("eye"), "Only visible to you"),
      goesOn ? unseen(`${message.name}, ${time}`) : who,
      content(message, room),
      message.edited && h("span", { class: "edited" }, "(edited)"),
      replyCount(message, room)),
    tools(message, room));
}

/** @param {Message} message @param {Room} room */
function content(message, room) {
  const words = message.blocks?.length ? drawBlocks(message.blocks, room.around(message)) : [h("div", { class: "b-text" }, ...mrkdwn(message.text ?? "", room.names))];
  return h("div", { class: "blocks" }, ...words, ...(message.files ?? []).map(fileLink));
}

/** A file to keep. The page never shows what is in it. @param {{name: string, title: string, url?: string}} file */
function fileLink(file) {
  const title = file.title || file.name;
  if (!file.url) return h("p", { class: "file" }, icon("file"), `${title} is not kept here any more.`);
  return h("p", { class: "file" }, icon("file"), h("a", { href: file.url, download: file.name, "data-test": "file" }, title), h("span", { class: "file-name" }, file.name));
}

/** The replies to a message: how many there are, and a way to see them. @param {Message} message @param {Room} room */
function replyCount(message, room) {
  const n = message.reply_count ?? 0;
  if (n === 0) return null;
  const open = room.open.has(message.ts);
  return h("button", { type: "button", class: "replies", "data-test": "replies", "data-action": "replies", "aria-expanded": String(open), onclick: () => room.toggle(message.ts) },
    icon("reply"), n === 1 ? "1 reply" : `${n} replies`, unseen(` to ${message.name}`), icon("down"));
}

/** @param {Message} message @param {Room} room */
function tools(message, room) {
  if (message.ephemeral || !room.actions(message).length) return null;
  const more = h("button", { type: "button", class: "button button-icon button-quiet", "data-test": "message-more" }, icon("more"), unseen(`More actions for the message from ${message.name}`));
  menuOn(more, "Message actions", () => room.actions(message));
  return h("div", { class: "message-tools" }, more);
}
