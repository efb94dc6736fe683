// @ts-check
// The side of the page: whose eyes we see through, and where we can go.
import { avatar, byId, h, icon, unseen } from "./dom.js";
import { withEmoji } from "./emoji.js";
import { menuOn } from "./menu.js";

/**
 * @typedef {object} State what the server says about the workspace, for one person
 * @property {{name: string}} workspace
 * @property {string} now_words
 * @property {string} zone
 * @property {import("./people.js").Person[]} people
 * @property {{id: string, name: string}} bot
 * @property {{id: string, name: string, topic: string, member: boolean, unread: number}[]} channels
 * @property {{id: string, with: string, name: string, unread: number}[]} dms
 * @property {{command: string, usage_hint: string, description: string}[]} commands
 * @property {{callback_id: string, name: string, type: string}[]} shortcuts
 * @property {boolean} clock
 * @property {boolean} connected
 */

/** The place that is not a conversation. */
export const homePlace = "home";

/** Everyone who can be acted as. @param {State} state */
export function actors(state) {
  return state.people.filter((person) => !person.bot && !person.deleted);
}

/**
 * Sets up the drawer and the switcher once.
 * @param {() => State|null} state
 * @param {() => string} as
 * @param {(person: string) => void} become
 * @param {(emoji: string) => void} setStatus sets our own status, "" clears it
 */
export function setUpSidebar(state, as, become, setStatus) {
  const drawer = drawerButtons();
  menuOn(byId("you"), "Your status, and who you are", () => {
    const now = state();
    if (!now) return [];
    const people = actors(now).map((p) => ({ label: p.name, detail: [p.title, p.status?.status_text].filter(Boolean).join(" · "), mark: avatar(p), checked: p.id === as(), run: () => become(p.id) }));
    return [statusItem(now.people.find((p) => p.id === as()), setStatus), ...people];
  });
  return { closeDrawer: drawer.close };
}

/** @param {import("./people.js").Person|undefined} me @param {(emoji: string) => void} set @returns {import("./menu.js").Item} */
function statusItem(me, set) {
  const mark = (/** @type {string} */ code) => h("span", { class: "status-mark", "aria-hidden": "true" }, withEmoji(code));
  const now = me?.status?.status_emoji;
  if (now) return { label: "Clear your status", detail: me?.status?.status_text, mark: mark(now), run: () => set("") };
  return { label: "Set your status to On holiday", detail: "The app hears of it", mark: mark(":palm_tree:"), run: () => set(":palm_tree:") };
}

function drawerButtons() {
  const [sidebar, veil, opener, main] = ["sidebar", "veil", "drawer-open", "main"].map(byId);
  const set = (/** @type {boolean} */ open) => {
    sidebar.classList.toggle("sidebar-open", open);
    veil.hidden = !open;
    main.inert = open;
    opener.setAttribute("aria-expanded", String(open));
  };
  const close = () => {
    if (!sidebar.classList.contains("sidebar-open")) return;
    set(false);
    opener.focus();
  };
  byId("drawer-icon").append(icon("menu"));
  opener.addEventListener("click", () => {
    set(true);
    byId("drawer-close").focus();
  });
  byId("drawer-close").addEventListener("click", close);
  veil.addEventListener("click", close);
  sidebar.addEventListener("keydown", (/** @type {KeyboardEvent} */ event) => event.key === "Escape" && close());
  matchMedia("(min-width: 48rem)").addEventListener("change", () => set(false));
  return { close };
}

/**
 * @param {State} state
 * @param {string} as
 * @param {string} place
 * @param {(place: string) => string} hash the address of a place
 */
export function drawSidebar(state, as, place, hash) {
  byId("workspace").textContent = state.workspace.name;
  const me = state.people.find((p) => p.id === as);
  byId("you").replaceChildren(avatar(me ?? { name: "?" }),
    h("span", { class: "you-words" }, h("span", { class: "you-label" }, "You are"), " ", h("span", { class: "you-name" }, me?.name ?? "Nobody"), " ", me?.title && h("span", { class: "you-title" }, me.title), " ", status(me)), icon("down"));
  const bot = { id: state.bot.id, name: state.bot.name, bot: true };
  const dms = [...state.dms].sort((a, b) => Number(b.with === state.bot.id) - Number(a.with === state.bot.id));
  const rows = {
    home: [row({ place: homePlace, mark: icon("home"), label: `${state.bot.name} home`, unread: 0 }, place, hash)],
    channels: state.channels.map((c) => row({ place: c.id, mark: icon("hash"), label: c.name, unread: c.unread, away: !c.member }, place, hash)),
    dms: dms.map((d) => row({ place: d.id, mark: avatar(d.with === state.bot.id ? bot : { id: d.with, name: d.name }), label: d.name, unread: d.unread, app: d.with === state.bot.id }, place, hash)),
  };
  keepFocus(byId("places"), [group("", rows.home), group("Channels", rows.channels), group("Direct messages", rows.dms)]);
  const unread = [...state.channels, ...state.dms].reduce((sum, one) => sum + (one.unread ?? 0), 0);
  byId("drawer-badge").hidden = unread === 0;
  byId("drawer-badge").replaceChildren(String(unread), unseen(" unread"));
  return unread;
}

/** What somebody's status says. @param {import("./people.js").Person|undefined} person */
function status(person) {
  if (!person?.status?.status_emoji) return null;
  return h("span", { class: "you-title", "data-test": "status" }, h("span", { "aria-hidden": "true" }, withEmoji(person.status.status_emoji)), ` ${person.status.status_text}`);
}

/** Replaces the rows, and leaves the focus on the same place. @param {HTMLElement} nav @param {Node[]} groups */
function keepFocus(nav, groups) {
  const at = nav.contains(document.activeElement) ? document.activeElement?.getAttribute("href") : null;
  nav.replaceChildren(...groups);
  if (at) /** @type {HTMLElement|null} */ (nav.querySelector(`[href="${CSS.escape(at)}"]`))?.focus();
}

/** @param {string} title @param {Node[]} rows */
function group(title, rows) {
  return h("div", { class: "place-group" }, title && h("h2", { class: "place-title" }, title), h("ul", {}, ...rows.map((one) => h("li", {}, one))));
}

/**
 * @param {{place: string, mark: Node, label: string, unread: number, app?: boolean, away?: boolean}} one
 * @param {string} place @param {(place: string) => string} hash
 */
function row(one, place, hash) {
  return h("a", { class: `place${one.unread ? " place-unread" : ""}${one.away ? " place-away" : ""}`, href: hash(one.place), "data-test": "place", "data-place": one.place, "aria-current": one.place === place ? "page" : null },
    one.mark, h("span", { class: "place-label" }, one.label), one.app && h("span", { class: "app-badge" }, "App"),
    one.unread > 0 && h("span", { class: "badge" }, String(one.unread), unseen(" unread")));
}
