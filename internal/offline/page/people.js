// @ts-check
// A field that picks any number of people: type a name, choose, take away again.
import { avatar, h, icon, newId, unseen } from "./dom.js";

/**
 * @typedef {{id: string, name: string, title?: string, bot?: boolean, deleted?: boolean, status?: {status_emoji: string, status_text: string}}} Person
 */

/**
 * People whose name has a word that starts with what was typed.
 * @param {Person[]} people @param {string} typed @param {number} [most]
 */
export function peopleLike(people, typed, most = 8) {
  const wanted = typed.trim().toLowerCase();
  const fits = (/** @type {Person} */ p) =>
    !p.deleted && (p.name.toLowerCase().startsWith(wanted) || p.name.toLowerCase().split(/\s+/).some((word) => word.startsWith(wanted)));
  return people.filter(fits).slice(0, most);
}

/**
 * @param {{people: Person[], chosen: string[], most?: number, placeholder?: string, labels: Record<string, string>, changed: () => void}} options
 *   labels are aria attributes of the box to type in
 */
export function peopleField(options) {
  let chosen = [...options.chosen];
  let active = 0;
  const listId = newId("people");
  const box = h("input", {
    type: "text", role: "combobox", autocomplete: "off", "aria-autocomplete": "list", "aria-expanded": "false",
    "aria-controls": listId, placeholder: options.placeholder ?? "Type a name", ...options.labels,
  });
  const list = h("ul", { id: listId, role: "listbox", class: "people-list", "aria-label": "People", hidden: true });
  const chips = h("ul", { class: "chips", "aria-label": "Chosen people" });
  const node = h("div", { class: "people-field" }, chips, box, list);
  const full = () => options.most !== undefined && chosen.length >= options.most;
  const found = () => (full() ? [] : peopleLike(options.people.filter((p) => !p.bot && !chosen.includes(p.id)), box.value));

  const change = (/** @type {string[]} */ to) => {
    chosen = to;
    box.value = "";
    drawChips();
    options.changed();
  };
  const choose = (/** @type {string} */ id) => {
    change([...chosen, id]);
    hide();
    box.focus();
  };
  const remove = (/** @type {string} */ id) => {
    change(chosen.filter((other) => other !== id));
    box.focus();
  };
  function drawChips() {
    chips.replaceChildren(...chosen.map((id) => {
      const person = options.people.find((p) => p.id === id) ?? { id, name: id };
      return h("li", { class: "chip" }, avatar(person), person.name,
        h("button", { type: "button", class: "chip-remove", onclick: () => remove(id) }, icon("close"), unseen(`Remove ${person.name}`)));
    }));
  }
  function hide() {
    list.hidden = true;
    box.setAttribute("aria-expanded", "false");
    box.removeAttribute("aria-activedescendant");
  }
  function show() {
    const people = found();
    if (!people.length) return hide();
    active = Math.min(active, people.length - 1);
    list.replaceChildren(...people.map((p, i) => personOption(p, `${listId}-${i}`, i === active, () => choose(p.id))));
    list.hidden = false;
    box.setAttribute("aria-expanded", "true");
    box.setAttribute("aria-activedescendant", `${listId}-${active}`);
    list.children[active]?.scrollIntoView({ block: "nearest" });
  }
  const keys = (/** @type {KeyboardEvent} */ event) => {
    const people = list.hidden ? [] : found();
    if (event.key === "Backspace" && !box.value && chosen.length) remove(chosen[chosen.length - 1]);
    else if (event.key === "ArrowDown" && list.hidden) show();
    else if (!people.length) return;
    else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      active = (active + (event.key === "ArrowDown" ? 1 : -1) + people.length) % people.length;
      show();
    } else if (event.key === "Enter") choose(people[active].id);
    else if (event.key === "Escape") {
      event.stopPropagation();
      hide();
    } else return;
    event.preventDefault();
  };
  box.addEventListener("keydown", keys);
  box.addEventListener("input", () => {
    active = 0;
    show();
  });
  box.addEventListener("click", show);
  box.addEventListener("blur", hide);
  drawChips();
  return { node, box, chosen: () => chosen };
}

/**
 * One row of a list of people.
 * @param {Person} person @param {string} id @param {boolean} on @param {() => void} choose
 */
export function personOption(person, id, on, choose) {
  return h("li", {
    id, role: "option", class: "option", "aria-selected": String(on),
    onmousedown: (/** @type {Event} */ event) => event.preventDefault(), // keeps the focus in the box
    onclick: choose,
  }, avatar(person), h("span", { class: "option-label" }, person.name), " ", person.title && h("span", { class: "option-detail" }, person.title));
}
