// @ts-check
// The clock of the workspace, which can be sent forward but never back.
import { busy, byId, h, icon } from "./dom.js";

const moves = [
  { to: "+1h", label: "+1 hour" },
  { to: "+1d", label: "+1 day" },
  { to: "monday-0900", label: "To Monday 9am" },
  { to: "+7d", label: "+1 week" },
];

/**
 * Sets up the buttons once. While the clock moves all of them wait.
 * @param {(to: string) => Promise<void>} move
 */
export function setUpClock(move) {
  byId("clock-icon").append(icon("clock"));
  let moving = false;
  const go = async (/** @type {string} */ to, /** @type {HTMLElement} */ button) => {
    if (moving) return;
    moving = true;
    byId("clock").classList.add("clock-moving");
    try {
      await busy(button, move(to));
    } finally {
      moving = false;
      byId("clock").classList.remove("clock-moving");
    }
  };
  byId("clock-buttons").append(...moves.map(({ to, label }) =>
    h("button", { type: "button", class: "clock-button", "data-test": `clock-${to}`, onclick: (/** @type {any} */ event) => go(to, event.currentTarget) }, label)));
}

/** @param {{clock: boolean, now_words: string}} state */
export function drawClock(state) {
  byId("clock").hidden = !state.clock;
  byId("clock-words").textContent = state.now_words;
}
