// @ts-check
// The emoji codes that teams and the bot use most. An unknown code stays as typed.

/** @type {Record<string, string>} */
const codes = {
  "+1": "👍", "-1": "👎", "100": "💯", alarm_clock: "⏰", arrow_right: "➡️", balloon: "🎈", bar_chart: "📊", bell: "🔔",
  bookmark: "🔖", books: "📚", bulb: "💡", calendar: "📆", chart_with_upwards_trend: "📈", clap: "👏", clipboard: "📋",
  coffee: "☕", face_with_thermometer: "🤒", compass: "🧭", dart: "🎯", date: "📅", ear: "👂", eyes: "👀", fire: "🔥", four_leaf_clover: "🍀",
  gear: "⚙️", gift: "🎁", grey_question: "❔", grinning: "😀", hammer_and_wrench: "🛠️", handshake: "🤝", heart: "❤️",
  herb: "🌿", hourglass: "⌛", house: "🏠", hugging_face: "🤗", inbox_tray: "📥", information_source: "ℹ️", joy: "😂",
  large_blue_circle: "🔵", large_green_circle: "🟢", large_yellow_circle: "🟡", link: "🔗", lock: "🔒", loudspeaker: "📢",
  mag: "🔍", mega: "📣", memo: "📝", microscope: "🔬", no_bell: "🔕", palm_tree: "🌴", pause_button: "⏸️", pencil: "✏️", pencil2: "✏️",
  people_holding_hands: "🧑‍🤝‍🧑", point_right: "👉", pray: "🙏", pushpin: "📌", question: "❓", raised_hands: "🙌",
  recycle: "♻️", red_circle: "🔴", rocket: "🚀", seedling: "🌱", shield: "🛡️", sleeping: "😴", slightly_smiling_face: "🙂",
  smile: "😄", sparkles: "✨", speech_balloon: "💬", star: "⭐", star2: "🌟", stopwatch: "⏱️", sunflower: "🌻",
  sunny: "☀️", tada: "🎉", thinking_face: "🤔", thought_balloon: "💭", thumbsup: "👍", tools: "🛠️", trophy: "🏆",
  umbrella: "☂️", warning: "⚠️", wave: "👋", white_check_mark: "✅", x: "❌", zap: "⚡",
};

/** The emoji of a code, or the code as it was typed. @param {string} code without the colons */
export function emoji(code) {
  return codes[code] ?? `:${code}:`;
}

/** Words with their emoji codes replaced. @param {string} words */
export function withEmoji(words) {
  return words.replace(/:([a-z0-9_+-]+):/g, (_, code) => emoji(code));
}
