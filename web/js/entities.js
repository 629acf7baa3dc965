// What a request created, as links. A link names its entity once the entity has been read.

import { element } from "./dom.js";
import { label } from "./format.js";

/** The part of an id before the underscore, and the entity type it stands for. */
export const TYPES = {
  loc: "location",
  npc: "npc",
  pc: "pc",
  itm: "item",
  evt: "event",
  fac: "faction",
  crt: "creature",
  qst: "quest",
  note: "session_note",
  dun: "dungeon",
  enc: "encounter",
};

const ID = /^([a-z]{2,5})_[0-9a-f]{32}$/;
const LINK = /^#entity\/([a-z_]+)\/([a-z]{2,5}_[0-9a-f]{32})$/;
const MOST_NAMED = 20;

/** Return {type, id} for an entity's address fragment such as "#entity/npc/npc_0190...", or null. */
export function entityOf(fragment) {
  const match = LINK.exec(fragment);
  return match && Object.values(TYPES).includes(match[1]) ? { type: match[1], id: match[2] } : null;
}

/**
 * Return a list of links to entities.
 *
 * @param {string[]} ids - Prefixed ids; anything else is left out.
 * @param {(type: string, id: string) => Promise<object>} read - Gets an entity, for its name.
 * @returns {HTMLUListElement|null} Null when there is nothing to link to.
 */
export function entityLinks(ids, read) {
  const known = ids.filter((id) => typeof id === "string" && TYPES[ID.exec(id)?.[1]]);
  if (known.length === 0) return null;
  const items = known.map((id, position) => element("li", {}, link(id, position < MOST_NAMED ? read : null)));
  return element("ul", { class: "entities" }, ...items);
}

function link(id, read) {
  const type = TYPES[ID.exec(id)[1]];
  const name = element("span", { class: "entity-name" }, `${id.slice(0, 12)}…`);
  if (read) nameIt(name, () => read(type, id));
  return element("a", { class: "entity", href: `#entity/${type}/${id}` }, name, element("span", { class: "kind" }, label(type)));
}

/** Return the id of the dungeon among these ids, or null. */
export function dungeonAmong(ids) {
  const known = Array.isArray(ids) ? ids : [];
  return known.find((id) => typeof id === "string" && TYPES[ID.exec(id)?.[1]] === "dungeon") ?? null;
}

async function nameIt(node, read) {
  try {
    const entity = await read();
    if (typeof entity?.name === "string") node.textContent = entity.name;
  } catch {
    // The short id stays; opening the link shows what is wrong.
  }
}
