// @ts-check
// Draws Block Kit. A block this page does not know is shown as a sentence, never
// left out in silence, so that nothing looks right here and wrong elsewhere.
import { h, newId } from "./dom.js";
import { element, isField } from "./elements.js";
import { mrkdwn, richText, textObject } from "./text.js";

/**
 * What blocks need to know about where they stand.
 * @typedef {object} Around
 * @property {import("./text.js").Names} names
 * @property {import("./people.js").Person[]} people
 * @property {{id: string, name: string}[]} channels
 * @property {(action: any, button: HTMLElement|null) => Promise<any>} press sends an action to the bot
 * @property {Field[]} [fields] in a view: collects what can be filled in
 * @property {Map<string, any>} [kept] in a view: what was typed before, by fieldKey
 */

/**
 * @typedef {object} Field
 * @property {string} block its block_id
 * @property {string} action its action_id
 * @property {HTMLElement} control what takes the focus
 * @property {HTMLElement} node where a problem is shown
 * @property {boolean} [required]
 * @property {() => any} read its entry of state.values
 */

/** @param {string} block @param {string} action */
export function fieldKey(block, action) {
  return `${block}\n${action}`;
}

/**
 * @param {any[]} blocks
 * @param {Around} around
 * @returns {Node[]}
 */
export function drawBlocks(blocks, around) {
  return (blocks ?? []).map((block) => draw(block, around));
}

/** @param {any} block @param {Around} around @returns {Node} */
function draw(block, around) {
  switch (block.type) {
    case "header":
      return h(around.fields ? "h3" : "h2", { class: "b-header" }, ...textObject(block.text, around.names));
    case "section":
      return section(block, around);
    case "rich_text":
      return h("div", { class: "b-rich" }, ...richText(block.elements ?? [], around.names));
    case "markdown":
      return h("div", { class: "b-rich" }, ...mrkdwn(block.text ?? "", around.names));
    case "context":
      return context(block, around);
    case "divider":
      return h("hr", { class: "b-divider" });
    case "actions":
      return h("div", { class: "b-actions" }, ...(block.elements ?? []).map((/** @type {any} */ e) => placed(e, block, around)));
    case "image":
      return picture(block, around);
    case "input":
      return input(block, around);
    default:
      return unknown(block.type);
  }
}

/** @param {string} type */
export function unknown(type) {
  return h("p", { class: "b-unknown" }, `This part cannot be shown here: ${type}`);
}

/** @param {any} block @param {Around} around */
function section(block, around) {
  const words = h("div", { class: "b-section-words" });
  if (block.text) words.append(h("div", { class: "b-text" }, ...textObject(block.text, around.names)));
  if (block.fields?.length) {
    words.append(h("ul", { class: "b-fields" }, ...block.fields.map((/** @type {any} */ field) => h("li", {}, ...textObject(field, around.names)))));
  }
  if (!block.accessory) return h("div", { class: "b-section" }, words);
  const kind = block.accessory.type === "image" ? "picture" : "control";
  return h("div", { class: `b-section b-section-${kind}` }, words, h("div", { class: "b-accessory" }, placed(block.accessory, block, around)));
}

/** An element outside an input block: it acts as soon as it is used.
 * @param {any} item @param {any} block @param {Around} around */
function placed(item, block, around) {
  if (item.type === "image") return h("img", { class: "b-thumb", src: item.image_url, alt: item.alt_text ?? "" });
  const label = item.placeholder?.text ?? item.accessibility_label ?? block.text?.text ?? "Choose";
  const made = element(item, block, around, { "aria-label": label }, true);
  if (made.read) around.fields?.push({ block: block.block_id ?? "", action: item.action_id ?? "", control: made.control, node: made.node, read: made.read });
  return made.node;
}

/** @param {any} block @param {Around} around */
function context(block, around) {
  return h("div", { class: "b-context" }, ...(block.elements ?? []).map((/** @type {any} */ item) =>
    item.type === "image"
      ? h("img", { class: "b-context-picture", src: item.image_url, alt: item.alt_text ?? "" })
      : h("span", {}, ...textObject(item, around.names))));
}

/** @param {any} block @param {Around} around */
function picture(block, around) {
  const src = block.image_url ?? block.slack_file?.url;
  if (!src) return h("p", { class: "b-unknown" }, `This picture cannot be shown here. It says: ${block.alt_text ?? ""}`);
  return h("figure", { class: "b-picture" },
    block.title && h("figcaption", {}, ...textObject(block.title, around.names)),
    h("a", { href: src, target: "_blank", rel: "noopener noreferrer" }, h("img", { src, alt: block.alt_text ?? "", loading: "lazy" })));
}

/** A labelled field. A group of options is a fieldset, everything else has a label.
 * @param {any} block @param {Around} around */
function input(block, around) {
  const item = block.element ?? {};
  const [controlId, labelId, hintId] = [newId("field"), newId("label"), newId("hint")];
  const optional = block.optional ? h("span", { class: "optional" }, " (optional)") : null;
  const label = textObject(block.label, around.names);
  const labels = { id: controlId, "aria-describedby": block.hint ? hintId : null, "aria-required": block.optional ? null : "true" };
  const grouped = isField(item.type) === "group";
  const made = element(item, block, around, grouped ? { "aria-describedby": labels["aria-describedby"] } : labels, Boolean(block.dispatch_action));
  const node = grouped
    ? h("fieldset", { class: "field", "data-block": block.block_id, "aria-describedby": labels["aria-describedby"] }, h("legend", { id: labelId }, ...label, optional))
    : h("div", { class: "field", "data-block": block.block_id }, h("label", { id: labelId, for: controlId }, ...label, optional));
  if (block.hint) node.append(h("p", { class: "hint", id: hintId }, ...textObject(block.hint, around.names)));
  node.append(made.node);
  if (made.read) around.fields?.push({ block: block.block_id ?? "", action: item.action_id ?? "", control: made.control, node, required: !block.optional, read: made.read });
  return node;
}
