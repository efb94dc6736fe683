// @ts-check
// The parts of Block Kit that a person can use: buttons, lists, boxes.
// Each field reads back as the platform's own entry of state.values.
import { busy, h, icon, newId, unseen } from "./dom.js";
import { fieldKey, unknown } from "./blocks.js";
import { confirmed } from "./confirm.js";
import { menuOn } from "./menu.js";
import { peopleField } from "./people.js";
import { withEmoji } from "./emoji.js";

/** @typedef {import("./blocks.js").Around} Around */
/** @typedef {{node: HTMLElement, control: HTMLElement, read?: () => any}} Made */

/** Which kind of field a type is, or undefined. @param {string} type @returns {"group"|"one"|undefined} */
export function isField(type) {
  if (["radio_buttons", "checkboxes", "multi_static_select"].includes(type)) return "group";
  return makers[type] ? "one" : undefined;
}

/**
 * @param {any} item the element's JSON
 * @param {any} block the block it stands in
 * @param {Around} around
 * @param {Record<string, string|null>} labels attributes that name and describe the control
 * @param {boolean} acts whether using it tells the bot at once
 * @returns {Made}
 */
export function element(item, block, around, labels, acts) {
  const press = (/** @type {any} */ extra, /** @type {HTMLElement|null} */ control) => send(item, block, around, extra, control);
  if (item.type === "button" || item.type === "workflow_button") return made(button(item, press));
  if (item.type === "overflow") return made(overflow(item, press));
  const make = makers[item.type];
  if (!make) return made(/** @type {HTMLElement} */ (unknown(item.type)));
  const kept = around.kept?.get(fieldKey(block.block_id ?? "", item.action_id ?? ""));
  /** @type {Made} */
  const field = make({ item, kept, labels, around, changed: () => acts && field.read && press(field.read(), field.control) });
  field.control.setAttribute("data-action", item.action_id ?? "");
  return field;
}

/** @param {HTMLElement} node @returns {Made} */
function made(node) {
  return { node, control: node };
}

/** @param {any} item @param {any} block @param {Around} around @param {any} extra @param {HTMLElement|null} control */
async function send(item, block, around, extra, control) {
  if (item.confirm && !(await confirmed(item.confirm, around.names))) return;
  const action = { type: item.type, block_id: block.block_id ?? "", action_id: item.action_id ?? "", ...extra };
  await busy(control, around.press(action, control));
}

/** @param {any} item @param {(extra: any, control: HTMLElement) => Promise<void>} press */
function button(item, press) {
  const style = item.style === "primary" || item.style === "danger" ? ` button-${item.style}` : "";
  const words = withEmoji(item.text?.text ?? "");
  const look = { class: `button${style}`, "data-action": item.action_id, "aria-label": item.accessibility_label ? `${words}: ${item.accessibility_label}` : null };
  if (item.accessibility_label?.toLowerCase().includes(words.toLowerCase())) look["aria-label"] = item.accessibility_label;
  const act = (/** @type {any} */ event) => {
    if (event.currentTarget.getAttribute("aria-busy") !== "true") press(item.value === undefined ? {} : { value: item.value }, event.currentTarget);
  };
  if (!item.url) return h("button", { type: "button", ...look, onclick: act }, words);
  return h("a", { href: safeUrl(item.url), target: "_blank", rel: "noopener noreferrer", ...look, onclick: act }, words, unseen(" (opens in a new tab)"));
}

/** @param {string} url */
function safeUrl(url) {
  return /^(https?:|mailto:|\/(?!\/))/i.test(url) ? url : null;
}

/** @param {any} item @param {(extra: any, control: HTMLElement) => Promise<void>} press */
function overflow(item, press) {
  const opener = h("button", { type: "button", class: "button button-icon", "data-action": item.action_id }, icon("more"), unseen(item.accessibility_label ?? "More choices"));
  menuOn(opener, "More choices", () => (item.options ?? []).map((/** @type {any} */ option) => ({
    label: withEmoji(option.text?.text ?? ""),
    detail: option.description?.text,
    run: () => press({ selected_option: option }, opener),
  })));
  return opener;
}

/**
 * @typedef {object} Making
 * @property {any} item
 * @property {any} kept the entry this field held before, if any
 * @property {Record<string, string|null>} labels
 * @property {Around} around
 * @property {() => void} changed
 */

/** @type {Record<string, (m: Making) => Made>} */
const makers = {
  plain_text_input: textBox,
  email_text_input: (m) => typed(m, "email"),
  url_text_input: (m) => typed(m, "url"),
  number_input: numberBox,
  datepicker: (m) => moment(m, "date", "selected_date", "initial_date"),
  timepicker: (m) => moment(m, "time", "selected_time", "initial_time"),
  static_select: (m) => select(m, optionsOf(m.item), "selected_option", m.item.initial_option?.value),
  multi_static_select: (m) => choices(m, "checkbox", optionsOf(m.item).flatMap((/** @type {any} */ group) => group.options)),
  radio_buttons: (m) => choices(m, "radio", m.item.options ?? []),
  checkboxes: (m) => choices(m, "checkbox", m.item.options ?? []),
  users_select: (m) => selectId(m, m.around.people.filter((p) => !p.deleted && !p.bot).map(asOption), "selected_user", m.item.initial_user),
  channels_select: (m) => selectId(m, m.around.channels.map(hashOption), "selected_channel", m.item.initial_channel),
  conversations_select: (m) => selectId(m, m.around.channels.map(hashOption), "selected_conversation", m.item.initial_conversation),
  multi_users_select: manyPeople,
};

/** @param {Making} m @returns {Made} */
function textBox({ item, kept, labels, changed }) {
  const value = kept ? (kept.value ?? "") : (item.initial_value ?? "");
  const attributes = { class: "box", placeholder: item.placeholder?.text, maxlength: item.max_length ?? 3000, minlength: item.min_length, autofocus: item.focus_on_load === true, ...labels };
  const box = item.multiline ? h("textarea", { rows: "4", ...attributes }) : h("input", { type: "text", autocomplete: "off", ...attributes });
  box.value = value;
  box.addEventListener("change", changed);
  const read = () => ({ type: item.type, value: box.value === "" ? null : box.value });
  if (!item.max_length) return { node: box, control: box, read };
  const left = h("p", { class: "left" });
  const count = () => {
    const room = item.max_length - box.value.length;
    left.textContent = room > Math.max(20, item.max_length / 5) ? "" : `${room} ${room === 1 ? "character" : "characters"} left`;
  };
  box.addEventListener("input", count);
  count();
  return { node: h("div", {}, box, left), control: box, read };
}

/** @param {Making} m @param {string} type @returns {Made} */
function typed({ item, kept, labels, changed }, type) {
  const box = h("input", { class: "box", type, placeholder: item.placeholder?.text, ...labels });
  box.value = kept ? (kept.value ?? "") : (item.initial_value ?? "");
  box.addEventListener("change", changed);
  return { node: box, control: box, read: () => ({ type: item.type, value: box.value === "" ? null : box.value }) };
}

/** @param {Making} m @returns {Made} */
function numberBox(m) {
  const field = typed(m, "text");
  field.control.setAttribute("inputmode", m.item.is_decimal_allowed ? "decimal" : "numeric");
  field.control.classList.add("box-short");
  return field;
}

/** @param {Making} m @param {string} type @param {string} entry @param {string} initial @returns {Made} */
function moment({ item, kept, labels, changed }, type, entry, initial) {
  const box = h("input", { class: "box box-short", type, ...labels });
  box.value = kept ? (kept[entry] ?? "") : (item[initial] ?? "");
  box.addEventListener("change", changed);
  return { node: box, control: box, read: () => ({ type: item.type, [entry]: box.value || null }) };
}

/** Options in groups; options without groups are one group without a label. @param {any} item */
function optionsOf(item) {
  if (!item.option_groups) return [{ label: "", options: item.options ?? [] }];
  return item.option_groups.map((/** @type {any} */ g) => ({ label: g.label?.text ?? "", options: g.options ?? [] }));
}

/** @param {import("./people.js").Person} person */
function asOption(person) {
  return { text: { text: person.name }, description: person.title ? { text: person.title } : undefined, value: person.id };
}

/** @param {{id: string, name: string}} channel */
function hashOption(channel) {
  return { text: { text: `#${channel.name}` }, value: channel.id };
}

/** @param {Making} m @param {{label: string, options: any[]}[]} groups @param {string} entry @param {string} initial @returns {Made} */
function select({ item, kept, labels, changed }, groups, entry, initial) {
  const chosen = kept ? kept[entry]?.value : initial;
  const box = h("select", { class: "box select", ...labels }, h("option", { value: "" }, item.placeholder?.text ?? "Choose one"));
  for (const group of groups) {
    const options = group.options.map((option) => h("option", { value: option.value }, withEmoji(option.text?.text ?? "") + (option.description?.text ? ` – ${option.description.text}` : "")));
    box.append(...(group.label ? [h("optgroup", { label: group.label }, ...options)] : options));
  }
  box.value = chosen ?? "";
  box.addEventListener("change", changed);
  const all = groups.flatMap((group) => group.options);
  return { node: box, control: box, read: () => ({ type: item.type, [entry]: all.find((option) => option.value === box.value) ?? null }) };
}

/** A list whose entry is an id, not an option. @param {Making} m @param {any[]} options @param {string} entry @param {string} initial @returns {Made} */
function selectId(m, options, entry, initial) {
  const kept = m.kept ? { [entry]: { value: m.kept[entry] } } : undefined;
  const field = select({ ...m, kept }, [{ label: "", options }], entry, initial);
  return { ...field, read: () => ({ type: m.item.type, [entry]: field.read?.()[entry]?.value ?? null }) };
}

/** @param {Making} m @param {"radio"|"checkbox"} type @param {any[]} options @returns {Made} */
function choices({ item, kept, labels, changed }, type, options) {
  const one = type === "radio";
  const initial = one ? [item.initial_option] : (item.initial_options ?? []);
  const before = kept ? (one ? [kept.selected_option] : (kept.selected_options ?? [])) : initial;
  const on = new Set(before.filter(Boolean).map((/** @type {any} */ option) => option.value));
  const name = newId("choice");
  const boxes = options.map((option) => h("input", { type, name, value: option.value, checked: on.has(option.value), ...labels }));
  const rows = options.map((option, i) => h("label", { class: "choice" }, boxes[i],
    h("span", { class: "choice-words" }, withEmoji(option.text?.text ?? ""), option.description && h("span", { class: "choice-detail" }, option.description.text))));
  const node = h("div", { class: "choices", role: labels["aria-label"] ? "group" : null, "aria-label": labels["aria-label"] }, ...rows);
  node.addEventListener("change", changed);
  const picked = () => options.filter((_, i) => boxes[i].checked);
  const read = () => (one ? { type: item.type, selected_option: picked()[0] ?? null } : { type: item.type, selected_options: picked() });
  return { node, control: boxes[0] ?? node, read };
}

/** @param {Making} m @returns {Made} */
function manyPeople({ item, kept, labels, around, changed }) {
  const field = peopleField({
    people: around.people, chosen: kept ? (kept.selected_users ?? []) : (item.initial_users ?? []),
    most: item.max_selected_items, placeholder: item.placeholder?.text, labels: /** @type {any} */ (labels), changed,
  });
  return { node: field.node, control: field.box, read: () => ({ type: item.type, selected_users: field.chosen() }) };
}
