// @ts-check
// Puts the page together. The address says who we are and where we look, as
// #as=U0ANA0001&in=C0WILLOW1, so that a link or a test can open any view; `in` is
// the id of a conversation, or "home". What is true lives on the server: each event
// only says what to ask for again.
import { announce, byId, h } from "./dom.js";
import { alertOf } from "./alerts.js";
import { drawBlocks } from "./blocks.js";
import { drawClock, setUpClock } from "./clock.js";
import { dialogs } from "./dialog.js";
import { get, listen, post } from "./api.js";
import { drawMessages } from "./messages.js";
import { plainWords } from "./text.js";
import { actors, drawSidebar, homePlace, setUpSidebar } from "./sidebar.js";
import { setUpComposer } from "./composer.js";

/** @type {import("./sidebar.js").State|null} */
let state = null;
let as = "";
let place = "";
/** @type {import("./messages.js").Message[]} */
let messages = [];
let drawnPlace = ""; // the person and place whose messages were drawn last
let stopListening = () => {};
/** The messages whose replies are in sight. @type {Set<string>} */
const openThreads = new Set();

/** @returns {import("./sidebar.js").State} */
function now() {
  if (!state) throw new Error("The workspace has not been read yet.");
  return state;
}

/** @type {import("./text.js").Names} */
const names = {
  person: (id) => (id === state?.bot.id ? state.bot.name : (state?.people.find((p) => p.id === id)?.name ?? "")),
  channel: (id) => state?.channels.find((c) => c.id === id)?.name ?? "",
};

const around = () => ({ names, people: now().people, channels: now().channels });

/** @param {string} to @param {string} [who] */
function hash(to, who = as) {
  return `#${new URLSearchParams({ as: who, in: to })}`;
}

/** Runs something that may fail, and says so where everyone sees it. @param {() => Promise<any>} work */
async function loudly(work) {
  try {
    const answer = await work();
    if (answer?.ok === false) alertOf(answer.error ?? "That did not work. Try again.");
    return answer;
  } catch (problem) {
    alertOf(/** @type {Error} */ (problem).message);
    return undefined;
  }
}

/** One at a time; asked again while it runs, it runs once more. @param {() => Promise<void>} work */
function settled(work) {
  /** @type {Promise<void>|null} */
  let running = null;
  let again = false;
  const run = async () => {
    do {
      again = false;
      await work();
    } while (again);
  };
  return () => {
    again = true;
    running ??= run().finally(() => (running = null));
    return running;
  };
}

const views = dialogs({
  around,
  press: (viewId, action, values) => loudly(() => post("/ui/press", { as, view_id: viewId, ...action, values })),
  submit: (viewId, values) => post("/ui/submit", { as, view_id: viewId, values }),
  close: (viewId) => post("/ui/close", { as, view_id: viewId }),
});

const composer = setUpComposer({
  state: now,
  say: async (text, thread) => {
    const answer = await loudly(() => post("/ui/say", { as, in: place, text, ...(thread && { thread_ts: thread }) }));
    if (thread) openThreads.add(thread);
    else stickToEnd = true;
    refreshMessages();
    return answer?.ok === true;
  },
  shortcut: (callback) => loudly(() => post("/ui/shortcut", { as, callback_id: callback, in: place })),
});

const { closeDrawer } = setUpSidebar(() => state, () => as, (who) => {
  location.hash = hash(place.startsWith("D") ? "" : place, who); // direct messages belong to one person
}, (emoji) => loudly(() => post("/ui/status", { as, emoji })));

setUpClock(async (to) => {
  const answer = await loudly(() => post("/ui/clock", { to }));
  await refreshState();
  if (answer?.now) announce(`It is now ${now().now_words}`);
});

/** What there is to know about the place we look at. */
function placeWords() {
  if (place === homePlace) return { title: `${now().bot.name} home`, topic: "Only you see this page", to: "" };
  const channel = now().channels.find((c) => c.id === place);
  if (channel) return { title: `#${channel.name}`, topic: channel.member ? channel.topic : "You are not a member of this channel", to: channel.member ? `#${channel.name}` : "" };
  const dm = now().dms.find((d) => d.id === place);
  return { title: dm?.name ?? "", topic: dm?.with === now().bot.id ? "Messages between you and the app" : "Messages between the two of you", to: dm?.name ?? "" };
}

function drawFrame() {
  const unread = drawSidebar(now(), as, place, hash);
  const words = placeWords();
  drawClock(now());
  byId("place-name").textContent = words.title;
  byId("place-topic").textContent = words.topic;
  byId("messages").hidden = place === homePlace;
  byId("home").hidden = place !== homePlace;
  composer.draw(words.to);
  document.title = `${unread ? `(${unread}) ` : ""}${words.title} – ${now().workspace.name}`;
  setStatus(now().connected ? "" : `${now().bot.name} is not connected yet.`);
}

/** @param {string} words */
function setStatus(words) {
  if (byId("status").textContent !== words) byId("status").textContent = words;
}

let stickToEnd = true; // the newest message stays in sight, also while pictures load
const scroll = byId("scroll");
const toEnd = () => scroll.scrollTo({ top: scroll.scrollHeight });

function drawConversation() {
  stickToEnd ||= drawnPlace !== as + place;
  const before = byId("messages").childElementCount;
  drawMessages(byId("messages"), messages, {
    zone: now().zone,
    names,
    around: (message) => ({ ...around(), press: (action) => loudly(() => post("/ui/press", { as, in: place, ts: message.ts, ...action })) }),
    actions: messageActions,
    open: openThreads,
    toggle: toggleThread,
  });
  if (!messages.length) byId("messages").replaceChildren(h("li", { class: "empty" }, "Nothing here yet. Try a command below."));
  if (stickToEnd) toEnd();
  byId("jump").hidden = stickToEnd || byId("messages").childElementCount <= before;
  drawnPlace = as + place;
}

/** @param {string} ts */
function toggleThread(ts) {
  if (!openThreads.delete(ts)) openThreads.add(ts);
  stickToEnd = false; // whoever reads a thread is not carried away from it
  drawConversation();
  byId("jump").hidden = true; // what is new in sight is not news
}

/** @param {import("./messages.js").Message} message */
function messageActions(message) {
  const shortcuts = now().shortcuts.filter((s) => s.type === "message");
  return [
    ...shortcuts.map((s) => ({ label: s.name, run: () => loudly(() => post("/ui/shortcut", { as, callback_id: s.callback_id, in: place, ts: message.ts })) })),
    { label: "Reply in thread", run: () => composer.replyTo({ ts: message.thread_ts || message.ts, name: message.name }) },
  ];
}

/** Says what is new since the last look at this place. @param {import("./messages.js").Message[]} fresh */
function announceNew(fresh) {
  if (drawnPlace !== as + place) return;
  const known = new Set(messages.map((m) => m.ts));
  for (const m of fresh.filter((one) => !known.has(one.ts) && one.user !== as).slice(-3)) {
    const files = (m.files ?? []).map((f) => `file ${f.title || f.name}`).join(", ");
    announce(`${m.name}${m.ephemeral ? ", only visible to you" : ""}: ${plainWords(m.text ?? "", names).slice(0, 300)}${files}`);
  }
}

const refreshMessages = settled(async () => {
  if (place === homePlace || !place) return;
  const [who, where] = [as, place];
  const answer = await loudly(() => get("/ui/messages", { as: who, in: where }));
  if (!answer || who !== as || where !== place) return;
  announceNew(answer.messages);
  messages = answer.messages;
  drawConversation();
});

/** Looking at the page tells the bot so; drawing it again because it changed does not. */
let homeOpened = "";

const refreshHome = settled(async () => {
  if (place !== homePlace) return;
  const who = as;
  /** @type {Record<string, string>} */
  const query = { as: who };
  if (homeOpened === who) query.again = "1";
  homeOpened = who;
  const answer = await loudly(() => get("/ui/home", query));
  if (answer && who === as && place === homePlace) drawHome(answer.view);
});

let drawnHome = "";

/** @param {any} view */
function drawHome(view) {
  const home = byId("home");
  const action = document.activeElement && home.contains(document.activeElement) ? document.activeElement.getAttribute("data-action") : null;
  if (home.childElementCount && JSON.stringify(view) === drawnHome) return; // what is open or typed in it stays
  drawnHome = JSON.stringify(view);
  if (!view) return home.replaceChildren(h("p", { class: "empty" }, `${now().bot.name} has not drawn this page yet.`));
  const press = (/** @type {any} */ one) => loudly(() => post("/ui/press", { as, view_id: view.id, ...one }));
  home.replaceChildren(h("div", { class: "blocks" }, ...drawBlocks(view.blocks, { ...around(), press })));
  if (action) home.querySelector(`[data-action="${CSS.escape(action)}"]`)?.focus();
}

const refreshState = settled(async () => {
  const who = as;
  const answer = await loudly(() => get("/ui/state", { as: who }));
  if (!answer || who !== as) return;
  state = answer;
  drawFrame();
});

/** @param {any} event */
function heard(event) {
  if (event.type === "view") views.show(event.view);
  else if (event.type === "closed") views.closed(event.view_id);
  else if (event.type === "home") refreshHome();
  else if (event.type === "trouble") alertOf(event.text);
  else if (event.type === "message" && event.in === place) refreshMessages();
  else refreshState();
}

/** Follows the address. The first look finds out who there is to be. */
async function follow() {
  const address = new URLSearchParams(location.hash.slice(1));
  const who = address.get("as") || as;
  if (!state || who !== as) {
    const answer = await loudly(() => get("/ui/state", { as: who }));
    if (!answer) return;
    state = answer;
  }
  const wanted = actors(now()).some((p) => p.id === who) ? who : actors(now())[0]?.id;
  if (wanted && wanted !== who) return location.replace(hash(address.get("in") ?? "", wanted));
  if (who !== as) become(who);
  go(address.get("in") ?? "");
}

/** @param {string} who */
function become(who) {
  as = who;
  views.clear();
  stopListening();
  stopListening = listen(as, {
    heard,
    opened: () => Promise.all([refreshState(), refreshMessages(), refreshHome()]), // what happened before we listened counts too
    lost: () => setStatus("The connection was lost. Trying again…"),
  });
}

/** @param {string} to */
function go(to) {
  const known = [homePlace, ...now().channels.map((c) => c.id), ...now().dms.map((d) => d.id)];
  const first = now().channels.find((c) => c.member)?.id ?? known[1] ?? homePlace;
  place = known.includes(to) ? to : first;
  messages = [];
  drawnPlace = "";
  homeOpened = "";
  byId("messages").replaceChildren();
  byId("home").replaceChildren();
  byId("alerts").replaceChildren(); // they belong to the place that was left
  composer.enter(as + place);
  closeDrawer();
  byId("jump").hidden = true;
  drawFrame();
  if (place === homePlace) refreshHome();
  else refreshMessages().then(refreshState);
}

window.addEventListener("hashchange", follow);
byId("jump").addEventListener("click", toEnd);
scroll.addEventListener("scroll", () => {
  stickToEnd = scroll.scrollHeight - scroll.scrollTop - scroll.clientHeight < 80;
  if (stickToEnd) byId("jump").hidden = true;
});
const sizes = new ResizeObserver(() => stickToEnd && place !== homePlace && toEnd());
sizes.observe(byId("messages"));
sizes.observe(scroll);
document.querySelector("[data-skip]")?.addEventListener("click", (event) => {
  event.preventDefault(); // the address belongs to the view
  byId("main").focus();
});
window.setInterval(() => state && !document.hidden && refreshState(), 60_000);
follow();
