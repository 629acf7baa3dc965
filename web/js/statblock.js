// Shows an entity's attributes as a stat block: abilities side by side, everything else as named rows.

import { element } from "./dom.js";
import { label } from "./format.js";

const ABILITIES = ["strength", "dexterity", "constitution", "intelligence", "wisdom", "charisma"];
const MAX_DEPTH = 4;
// What is read first at the table stands first; the rest follows by name. The database keeps no order of its own.
const FIRST = [
  "race", "gender", "class", "level", "occupation", "alignment", "location_type", "abilities", "ac", "movement",
  "hit_dice", "hp", "thac0", "attacks_per_round", "attacks", "saves", "save_modifiers", "armor", "shield", "equipment",
  "spells", "skills", "hook", "look", "voice", "want", "secret", "xp_value",
  "paralyzation", "rod_staff_wand", "petrification", "breath_weapon", "spell",
];
const LAST = ["rulings", "seed", "generator", "source", "rules_version"];

/**
 * Return a stat block.
 *
 * @param {Object<string, any>} attributes - JSON; nested objects become nested blocks, empty values are left out.
 * @returns {HTMLElement|null} Null when there is nothing to show.
 */
export function statBlock(attributes, depth = 0) {
  const rows = Object.entries(attributes).filter(([, value]) => !isEmpty(value)).sort(byUse);
  if (rows.length === 0) return null;
  const table = element("table", { class: "stat-block" }, element("tbody", {}, ...rows.map((row) => statRow(row, depth))));
  return depth === 0 ? element("div", { class: "wide" }, table) : table;
}

function byUse([one], [other]) {
  return rank(one) - rank(other) || one.localeCompare(other);
}

function rank(name) {
  if (FIRST.includes(name)) return FIRST.indexOf(name);
  return FIRST.length + (LAST.includes(name) ? 1 + LAST.indexOf(name) : 0);
}

function statRow([name, value], depth) {
  if (isAbilities(value)) return element("tr", {}, element("td", { colspan: "2" }, abilities(value)));
  return element("tr", {}, element("th", { scope: "row" }, label(name)), element("td", {}, shown(value, depth)));
}

function abilities(scores) {
  const names = ABILITIES.filter((name) => scoreOf(scores, name) !== undefined);
  const head = names.map((name) => element("th", { scope: "col" }, element("abbr", { title: label(name) }, name.slice(0, 3))));
  const body = names.map((name) => element("td", {}, String(scoreOf(scores, name))));
  return element(
    "table",
    { class: "abilities", "aria-label": "Abilities" },
    element("thead", {}, element("tr", {}, ...head)),
    element("tbody", {}, element("tr", {}, ...body)),
  );
}

// Six scores, under their full names or their first three letters, and nothing else.
function isAbilities(value) {
  if (typeof value !== "object" || value === null || Object.keys(value).length !== ABILITIES.length) return false;
  return ABILITIES.every((name) => ["number", "string"].includes(typeof scoreOf(value, name)));
}

function scoreOf(scores, name) {
  return scores[name] ?? scores[name.slice(0, 3)];
}

function shown(value, depth) {
  if (typeof value === "boolean") return value ? "yes" : "no";
  if (typeof value !== "object") return String(value);
  if (depth >= MAX_DEPTH) return JSON.stringify(value);
  if (!Array.isArray(value)) return statBlock(value, depth + 1);
  if (value.every((item) => typeof item !== "object")) return value.join(", ");
  return element("ul", {}, ...value.map((item) => element("li", {}, shown(item, depth + 1))));
}

function isEmpty(value) {
  if (value === null || value === undefined || value === "") return true;
  return typeof value === "object" && Object.keys(value).length === 0;
}
