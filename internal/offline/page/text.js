// @ts-check
// Turns mrkdwn and rich_text into elements. In mrkdwn only &, < and > are escaped,
// and everything between < and > is a token: a link, a person, a channel.
import { h } from "./dom.js";
import { emoji, withEmoji } from "./emoji.js";

/**
 * Who and where ids stand for.
 * @typedef {{person: (id: string) => string, channel: (id: string) => string}} Names
 */

const inlineParts = new RegExp(
  [
    "```(?<block>[\\s\\S]+?)```",
    "`(?<code>[^`\\n]+)`",
    "<(?<token>[^<>\\n]+)>",
    ":(?<emoji>[a-z0-9_+-]+):",
    "(?<![\\w*])\\*(?=\\S)(?<bold>[^*\\n]+?)(?<=\\S)\\*(?![\\w*])",
    "(?<![\\w_])_(?=\\S)(?<italic>[^_\\n]+?)(?<=\\S)_(?![\\w_])",
    "(?<![\\w~])~(?=\\S)(?<strike>[^~\\n]+?)(?<=\\S)~(?![\\w~])",
    "(?<line>\\n)",
  ].join("|"),
  "g",
);

/** @param {string} text */
function unescaped(text) {
  return text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");
}

/**
 * A text object as elements: plain text keeps its line breaks, mrkdwn is drawn.
 * @param {{type?: string, text?: string, verbatim?: boolean}|undefined} object
 * @param {Names} names
 * @returns {(Node|string)[]}
 */
export function textObject(object, names) {
  if (!object?.text) return [];
  if (object.type === "mrkdwn") return mrkdwn(object.text, names);
  return plainLines(withEmoji(object.text));
}

/** @param {string} text @returns {(Node|string)[]} */
function plainLines(text) {
  return text.split("\n").flatMap((line, i) => (i ? [h("br"), line] : [line]));
}

/**
 * mrkdwn as elements. Lines that start with > stand in a quote.
 * @param {string} text
 * @param {Names} names
 * @returns {(Node|string)[]}
 */
export function mrkdwn(text, names) {
  /** @type {(Node|string)[]} */
  const out = [];
  for (const part of text.split(/((?:^|\n)(?:(?:&gt;|>) ?[^\n]*(?:\n|$))+)/)) {
    const quoted = /^\n?(?:&gt;|>)/.test(part);
    if (!quoted) out.push(...inline(part, names));
    else out.push(h("blockquote", {}, ...inline(part.trim().replace(/^(?:&gt;|>) ?/gm, ""), names)));
  }
  return out;
}

/** @param {string} text @param {Names} names @returns {(Node|string)[]} */
function inline(text, names) {
  /** @type {(Node|string)[]} */
  const out = [];
  let at = 0;
  for (const match of text.matchAll(inlineParts)) {
    if (match.index > at) out.push(unescaped(text.slice(at, match.index)));
    out.push(part(match.groups ?? {}, names));
    at = match.index + match[0].length;
  }
  if (at < text.length) out.push(unescaped(text.slice(at)));
  return out;
}

/** @param {Record<string, string|undefined>} found @param {Names} names @returns {Node|string} */
function part(found, names) {
  if (found.block) return h("pre", {}, unescaped(found.block.replace(/^\n|\n$/g, "")));
  if (found.code) return h("code", {}, unescaped(found.code));
  if (found.token) return token(found.token, names);
  if (found.emoji) return emoji(found.emoji);
  if (found.bold) return h("strong", {}, ...inline(found.bold, names));
  if (found.italic) return h("em", {}, ...inline(found.italic, names));
  if (found.strike) return h("s", {}, ...inline(found.strike, names));
  return h("br");
}

/** @param {string} inside what stood between < and > @param {Names} names @returns {Node|string} */
function token(inside, names) {
  const bar = inside.indexOf("|");
  const target = bar < 0 ? inside : inside.slice(0, bar);
  const label = bar < 0 ? "" : unescaped(inside.slice(bar + 1));
  if (target.startsWith("@")) return mention(names.person(target.slice(1)) || label || target.slice(1));
  if (target.startsWith("#")) return h("span", { class: "mention" }, `#${names.channel(target.slice(1)) || label || target.slice(1)}`);
  if (target.startsWith("!")) return special(target.slice(1), label);
  return link(unescaped(target), label);
}

/** @param {string} command @param {string} label @returns {Node|string} */
function special(command, label) {
  const name = command.split("^")[0];
  if (name === "date") return label || command;
  return h("span", { class: "mention mention-loud" }, label || `@${name}`);
}

/** @param {string} name */
function mention(name) {
  return h("span", { class: "mention" }, `@${name}`);
}

/**
 * A link, if it leads somewhere a link may lead: the web, mail, or this server.
 * @param {string} url
 * @param {string} [label]
 * @returns {Node|string}
 */
export function link(url, label = "") {
  if (!/^(https?:|mailto:|\/(?!\/))/i.test(url)) return label || `<${url}>`;
  return h("a", { href: url, target: "_blank", rel: "noopener noreferrer" }, label || url.replace(/^mailto:/, ""));
}

/**
 * A rich_text block as elements.
 * @param {any[]} elements
 * @param {Names} names
 * @returns {Node[]}
 */
export function richText(elements, names) {
  return elements.map((element) => {
    const inside = element.elements ?? [];
    switch (element.type) {
      case "rich_text_list":
        return h(element.style === "ordered" ? "ol" : "ul", { class: `indent-${Math.min(element.indent ?? 0, 4)}` },
          ...inside.map((/** @type {any} */ item) => h("li", {}, ...(item.elements ?? []).flatMap((/** @type {any} */ leaf) => richLeaf(leaf, names)))));
      case "rich_text_quote":
        return h("blockquote", {}, ...inside.flatMap((/** @type {any} */ leaf) => richLeaf(leaf, names)));
      case "rich_text_preformatted":
        return h("pre", {}, ...inside.map((/** @type {any} */ leaf) => leaf.text ?? leaf.url ?? ""));
      default:
        return h("p", {}, ...inside.flatMap((/** @type {any} */ leaf) => richLeaf(leaf, names)));
    }
  });
}

/** @param {any} leaf @param {Names} names @returns {(Node|string)[]} */
function richLeaf(leaf, names) {
  switch (leaf.type) {
    case "text":
      return styled(plainLines(leaf.text ?? ""), leaf.style);
    case "link":
      return styled([link(leaf.url ?? "", leaf.text)], leaf.style);
    case "user":
      return styled([mention(names.person(leaf.user_id) || leaf.user_id)], leaf.style);
    case "channel":
      return [h("span", { class: "mention" }, `#${names.channel(leaf.channel_id) || leaf.channel_id}`)];
    case "broadcast":
      return [h("span", { class: "mention mention-loud" }, `@${leaf.range}`)];
    case "emoji":
      return [emoji(leaf.name ?? "")];
    case "date":
      return [leaf.fallback ?? ""];
    default:
      return [leaf.text ?? ""];
  }
}

/** @param {(Node|string)[]} nodes @param {any} style @returns {(Node|string)[]} */
function styled(nodes, style) {
  /** @type {[string, string][]} */
  const tags = [["code", "code"], ["bold", "strong"], ["italic", "em"], ["strike", "s"]];
  for (const [name, tag] of tags) if (style?.[name]) nodes = [h(tag, {}, ...nodes)];
  return nodes;
}

/**
 * mrkdwn in plain words, for screen readers' news and one-line previews.
 * @param {string} text
 * @param {Names} names
 */
export function plainWords(text, names) {
  return h("p", {}, ...mrkdwn(text, names)).textContent ?? "";
}
