// @ts-check
// What could come next in the message box: a command, its first word, or a person.
import { peopleLike } from "./people.js";

/**
 * @typedef {object} Suggestion
 * @property {string} label
 * @property {string} [hint] what may follow, as the app declares it
 * @property {string} [detail]
 * @property {string} insert what it puts in the box
 * @property {import("./people.js").Person} [person]
 */

/**
 * @typedef {object} Completion
 * @property {string} name what the list is called
 * @property {Suggestion[]} items
 * @property {number} from where the words it replaces begin
 * @property {number} to where they end
 * @property {boolean} eager whether Enter takes the first one without arrow keys
 */

/** @typedef {{command: string, usage_hint: string, description: string}} Command */

/**
 * @param {string} text the box @param {number} caret
 * @param {Command[]} commands @param {import("./people.js").Person[]} people
 * @returns {Completion|null}
 */
export function complete(text, caret, commands, people) {
  const before = text.slice(0, caret);
  const found = [wholeCommand(before, commands), firstWord(before, commands), person(before, people)].find((one) => one?.items.length);
  return found ? { ...found, to: caret } : null;
}

/** @param {string} before @param {Command[]} commands */
function wholeCommand(before, commands) {
  if (!/^\/\S*$/.test(before)) return null;
  const fits = commands.filter((c) => c.command.startsWith(before.toLowerCase()));
  const items = fits.map((c) => ({ label: c.command, hint: c.usage_hint, detail: c.description, insert: `${c.command} ` }));
  return { name: "Commands", items, from: 0, eager: !fits.some((c) => c.command === before) };
}

/** @param {string} before @param {Command[]} commands */
function firstWord(before, commands) {
  const typed = /^(\/\S+) (\S*)$/.exec(before);
  const command = typed && commands.find((c) => c.command === typed[1]);
  if (!typed || !command) return null;
  const fits = hintedWords(command.usage_hint).filter((w) => w.word.startsWith(typed[2]) && w.word !== typed[2]);
  const items = fits.map((w) => ({ label: w.word, hint: w.rest, insert: `${w.word} ` }));
  return { name: `Words after ${command.command}`, items, from: before.length - typed[2].length, eager: false };
}

/** @param {string} before @param {import("./people.js").Person[]} people */
function person(before, people) {
  const typed = /(?:^|[\s(])@([^@\n]{0,30})$/.exec(before);
  if (!typed) return null;
  const items = peopleLike(people.filter((p) => !p.bot), typed[1]).map((p) => ({ label: p.name, detail: p.title, insert: `@${p.name} `, person: p }));
  const exact = items.some((item) => item.label.toLowerCase() === typed[1].trim().toLowerCase());
  return { name: "People", items, from: before.length - typed[1].length - 1, eager: !exact };
}

/**
 * The first words a usage hint lists: "propose [one line] | list" gives propose and
 * list. What stands in brackets or begins with a capital is a placeholder.
 * @param {string} hint
 * @returns {{word: string, rest: string}[]}
 */
export function hintedWords(hint) {
  const list = /^\[[^[\]]*\|[^[\]]*\]$/.test(hint) ? hint.slice(1, -1) : hint;
  return list.split(/\s*(?:[|,·]|\bor\b)\s*(?![^[]*\])/).flatMap((piece) => {
    const match = /^([a-z][a-z-]+)(?:\s+(.*))?$/.exec(piece.trim());
    return match ? [{ word: match[1], rest: match[2] ?? "" }] : [];
  });
}

/** First lines worth trying, for the row under the box. @param {Command[]} commands */
export function tries(commands) {
  return commands.flatMap((c) => [c.command, ...hintedWords(c.usage_hint).slice(0, 1).map((w) => `${c.command} ${w.word}`)]).slice(0, 5);
}

/**
 * The text as it is sent: the names of people become tokens. A name that two people
 * share stands for the one who was picked from the list, and is left alone otherwise.
 * @param {string} text
 * @param {Map<string, string>} picked id by name
 * @param {import("./people.js").Person[]} people
 */
export function withMentions(text, picked, people) {
  const ids = new Map(picked);
  for (const p of people) {
    if (p.bot || p.deleted || ids.has(p.name)) continue;
    if (people.filter((other) => other.name === p.name).length === 1) ids.set(p.name, p.id);
  }
  const names = [...ids.keys()].sort((a, b) => b.length - a.length).map((name) => name.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  if (!names.length) return text;
  return text.replace(new RegExp(`(?<![\\w@])@(${names.join("|")})(?!\\w)`, "g"), (_, name) => `<@${ids.get(name)}|${name}>`);
}
