// What the details panel tells of a generated dungeon and its rooms: the Dungeon Master's facts, not the data of the map.
// Secrets can be rewritten by hand, so nothing is taken for granted about their shape.

import { label } from "./format.js";

/** Return the facts of a generated dungeon or room as Markdown, or null when the secret is of anything else. */
export function factsMarkdown(secret) {
  if (isObject(secret?.dungeon)) return lines(dungeonFacts(secret.dungeon));
  if (isObject(secret?.room)) return lines(roomFacts(secret.room));
  return null;
}

function lines(facts) {
  return Object.entries(facts).map(([name, value]) => line(name, value)).join("\n\n");
}

function line(name, value) {
  const heading = `**${label(name)}.**`;
  return Array.isArray(value) ? `${heading}\n\n${value.map((text) => `- ${text}`).join("\n")}` : `${heading} ${value}`;
}

function dungeonFacts(dungeon) {
  return told({
    now: dungeon.history?.now,
    goal: dungeon.goal?.what,
    quest: dungeon.quest?.text,
    rumours: listOf(dungeon.rumours, (one) => `${one.said} (${one.truth}: ${one.behind})`),
    factions: listOf(dungeon.factions, (one) => `${one.name}: want ${one.wants}`),
    keys: listOf(dungeon.keys, (one) => `${one.what}, room ${one.room}`),
    experience: dungeon.totals?.experience?.total,
    gold_pieces: dungeon.totals?.gold_pieces?.total,
  });
}

function roomFacts(room) {
  return told({
    creatures: listOf(room.creatures, creature),
    without_a_fight: room.approach,
    trap: isObject(room.trap) ? `${room.trap.text}: ${room.trap.effect}` : undefined,
    special: isObject(room.special) ? `${room.special.text} ${room.special.use}` : undefined,
    keys: listOf(room.keys, (one) => `${one.what} ${one.where}`),
    treasure: isObject(room.treasure) ? `${room.treasure.where}, ${room.treasure.gold_pieces} gp` : undefined,
    clues: listOf(room.clues, (one) => one.text),
    in_your_campaign: listOf(room.ties, (one) => one.text),
    searching: Array.isArray(room.details) ? room.details : [],
  });
}

function creature(group) {
  const hp = Array.isArray(group.hit_points) ? group.hit_points.join(", ") : "";
  return `${group.number} ${group.spoken}: AC ${group.armor_class}, HD ${group.hit_dice}, hp ${hp}, THAC0 ${group.thac0}, XP ${group.experience}`;
}

function listOf(list, text) {
  return (Array.isArray(list) ? list : []).filter(isObject).map(text);
}

function told(facts) {
  const isThere = (value) => value !== undefined && value !== null && !(Array.isArray(value) && value.length === 0);
  return Object.fromEntries(Object.entries(facts).filter(([, value]) => isThere(value)));
}

function isObject(value) {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
