// @ts-check
// Times and days in words, in the workspace's own zone.

/** @type {Map<string, Intl.DateTimeFormat>} */
const formats = new Map();

/** @param {string} zone @param {Intl.DateTimeFormatOptions} options @param {number} seconds */
function format(zone, options, seconds) {
  const key = zone + JSON.stringify(options);
  const known = formats.get(key) ?? new Intl.DateTimeFormat("en-GB", { timeZone: zone, ...options });
  formats.set(key, known);
  return known.format(new Date(seconds * 1000));
}

/** "9:05am". @param {string} ts seconds since 1970, as the platform writes them @param {string} zone */
export function timeWords(ts, zone) {
  const [hour, minute] = format(zone, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" }, Number(ts)).split(":").map(Number);
  const shown = hour % 12 === 0 ? 12 : hour % 12;
  return `${shown}:${String(minute).padStart(2, "0")}${hour < 12 ? "am" : "pm"}`;
}

/** "Thursday 26 November". @param {string} ts @param {string} zone */
export function dayWords(ts, zone) {
  return format(zone, { weekday: "long", day: "numeric", month: "long" }, Number(ts)).replace(",", "");
}
