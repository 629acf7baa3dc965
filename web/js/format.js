// Words and numbers for people: labels from field names, sources, durations, ids.

const NAMES = {
  hp: "Hit points", hd: "Hit dice", mr: "Magic resistance", mv: "Movement", no_at: "Attacks", gp: "Gold",
  rod_staff_wand: "Rod, staff or wand",
};
const CAPITALS = new Set(["ac", "thac0", "xp", "npc", "pc", "dm", "hd", "api", "id"]);

/** Return a field name as a label: "armor_class" becomes "Armor class", "base_thac0" "Base THAC0". */
export function label(name) {
  const words = String(name).trim().split(/[_ ]+/).map((word) => (CAPITALS.has(word) ? word.toUpperCase() : word)).join(" ");
  return NAMES[name] ?? words.charAt(0).toUpperCase() + words.slice(1);
}

/**
 * Return the sources of an answer as lines.
 *
 * @param {any} source - A string, an object with any of book, chapter, table, title and page, or a list of those.
 * @returns {string[]} Each line once, in the order given.
 */
export function sourceLines(source) {
  const all = Array.isArray(source) ? source : [source];
  return [...new Set(all.map(sourceLine).filter(Boolean))];
}

function sourceLine(source) {
  if (typeof source === "string") return source.trim();
  if (typeof source !== "object" || source === null) return "";
  const { book, chapter, table, title, section, name, page } = source;
  const parts = [book, chapter, section, table, title, name].filter((part) => typeof part === "string" && part !== "");
  if (page !== undefined && page !== null && page !== "") parts.push(`page ${page}`);
  return parts.join(", ");
}

/** Return a duration of milliseconds as "84 ms" or "1.4 s". */
export function duration(milliseconds) {
  return milliseconds < 1000 ? `${Math.round(milliseconds)} ms` : `${(milliseconds / 1000).toFixed(1)} s`;
}

/** Return a new random id: 32 hex digits. (randomUUID is missing on plain-HTTP pages of other hosts.) */
export function newKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
