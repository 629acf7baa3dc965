// The details panel: one entity with its description and stat block. Its address is the page's fragment, so the browser's
// back button, a reload and a new tab all work on it.

import { byId, element, fill } from "./dom.js";
import { factsMarkdown } from "./dungeon.js";
import { entityOf } from "./entities.js";
import { label } from "./format.js";
import { DungeonMap } from "./map.js";
import { renderMarkdown } from "./markdown.js";
import { Problem, problemCard } from "./problem.js";
import { statBlock } from "./statblock.js";

// Everything else an entity has at its top level is shown with its attributes.
const NOT_STATS = new Set([
  "id", "uuid", "type", "campaign_id", "name", "description", "state", "version", "schema_version", "created_at",
  "updated_at", "created_by", "request_id", "deleted_at", "attributes",
]);

/** The panel on the page; `open` and `close` follow the address. */
export class Panel {
  #api;
  #panel = byId("panel");
  #title = byId("panel-title");
  #body = byId("panel-body");
  #shown = null; // The entity asked for last: an answer for another one comes too late.
  #opener = null;

  constructor(api) {
    this.#api = api;
    byId("panel-close").addEventListener("click", () => this.close());
    this.#panel.addEventListener("keydown", (event) => {
      if (event.key === "Escape") this.close();
    });
    // Narrow windows: the panel lies over the page, and what is dimmed around it closes it.
    this.#panel.addEventListener("click", (event) => {
      if (event.target === this.#panel && event.clientY < this.#panel.getBoundingClientRect().top) this.close();
    });
    // The same link again, after closing, changes no address.
    document.addEventListener("click", (event) => {
      const target = event.target instanceof Element ? event.target.closest("a.entity") : null;
      if (target?.hash === location.hash) this.follow(location.hash);
    });
  }

  /** Show what the address names, or nothing. */
  follow(fragment) {
    const entity = entityOf(fragment);
    if (entity === null) this.#hide();
    else this.#open(entity);
  }

  /** Close it and go back to the link that opened it. */
  close() {
    history.replaceState(history.state, "", location.pathname + location.search);
    const opener = this.#opener;
    this.#hide();
    if (opener?.isConnected) opener.focus();
  }

  #hide() {
    this.#shown = null;
    this.#opener = null;
    this.#panel.hidden = true;
    fill(this.#title);
    fill(this.#body);
  }

  async #open(entity) {
    if (this.#panel.hidden) this.#opener = document.activeElement;
    this.#shown = entity;
    fill(this.#title, label(entity.type));
    fill(this.#body, element("p", { class: "hint" }, "Reading …"));
    this.#panel.hidden = false;
    this.#title.focus();
    try {
      const read = await this.#api.entity(entity.type, entity.id);
      if (this.#shown === entity) this.#show(read);
    } catch (problem) {
      if (this.#shown === entity) this.#fail(entity, problem);
    }
  }

  #show(entity) {
    fill(this.#title, String(entity.name));
    const facts = factsMarkdown(entity.secret);
    const isStat = (name) => !NOT_STATS.has(name) && !(name === "secret" && facts !== null);
    const stats = Object.fromEntries(Object.entries(entity).filter(([name]) => isStat(name)));
    fill(
      this.#body,
      element("p", { class: "chips" }, ...chips(entity)),
      entity.type === "dungeon" && facts ? new DungeonMap(this.#api, entity.id).element : null,
      element("div", { class: "prose" }, renderMarkdown(String(entity.description ?? ""))),
      facts && element("div", { class: "prose" }, renderMarkdown(facts)),
      statBlock({ ...stats, ...entity.attributes }),
      element("p", { class: "hint" }, `Version ${entity.version ?? 1}`),
    );
  }

  #fail(entity, problem) {
    if (!(problem instanceof Problem)) throw problem;
    fill(this.#body, problemCard(problem, problem.retryable ? { action: () => this.#open(entity) } : undefined));
  }
}

function chips(entity) {
  const words = [label(entity.type), entity.state === "draft" ? "Draft" : ""].filter(Boolean);
  return words.map((word) => element("span", { class: "chip" }, word));
}
