// The map of a generated dungeon: the Dungeon Master's picture, level by level, and the files to take to the table.
//
// Pictures need the token like every call, so they are fetched and painted onto a canvas: no address without a sign-in, and
// nothing that the content security policy would have to allow. They are asked for when the map comes into view.

import { element, fill } from "./dom.js";
import { Problem, problemCard } from "./problem.js";

const NEAR = "300px";
const FILES = [
  { name: "Players' map", path: "map.png?view=player", file: "map-players.png" },
  { name: "PNG", path: "map.png?view=dm", file: "map.png" },
  { name: "SVG", path: "map.svg?view=dm", file: "map.svg" },
  { name: "Virtual table (.uvtt)", path: "map.uvtt?view=dm", file: "map.uvtt", each: true },
  { name: "Players' .uvtt", path: "map.uvtt?view=player", file: "map-players.uvtt", each: true },
  { name: "Key (PDF)", path: "key.pdf", file: "key.pdf" },
  { name: "Key (Markdown)", path: "key.md", file: "key.md" },
];

/** Shows one dungeon's map. `element` is the figure; nothing is asked for until it is nearly in view. */
export class DungeonMap {
  #api;
  #id;
  #levels = 1;
  #name = "the dungeon";
  #level = 1;
  #sheet = element("div", { class: "map-sheet" }, element("p", { class: "hint" }, "Drawing the map …"));
  #choice = element("div", { class: "map-levels", role: "group", "aria-label": "Level" });
  #files = element("p", { class: "map-files" });
  #notice = element("div", { class: "notice", role: "alert" });

  /**
   * @param {import("./api.js").Api} api
   * @param {string} id - The dungeon's, with its prefix.
   */
  constructor(api, id) {
    this.#api = api;
    this.#id = id;
    fill(this.#files, ...FILES.map((one) => this.#button(one)));
    this.element = element(
      "figure",
      { class: "map" },
      this.#choice,
      this.#sheet,
      element("figcaption", {}, element("span", { class: "small" }, "Download"), this.#files, this.#notice),
    );
    whenNear(this.element, () => this.#open());
  }

  async #open() {
    try {
      const { name, attributes } = await this.#api.entity("dungeon", this.#id);
      this.#name = String(name);
      this.#levels = Number(attributes?.levels) || 1;
      await this.#show(1);
    } catch (problem) {
      this.#fail(problem, () => this.#open());
    }
  }

  async #show(level) {
    this.#level = level;
    this.#paintLevels();
    try {
      const file = await this.#api.file(`${this.#address()}map.png?view=dm&level=${level}`);
      const picture = await createImageBitmap(file);
      if (this.#level === level) fill(this.#sheet, painted(picture, this.#words(level)));
    } catch (problem) {
      if (this.#level === level) this.#fail(problem, () => this.#show(level));
    }
  }

  #words(level) {
    const which = this.#levels > 1 ? `level ${level} of ${this.#levels}` : "the only level";
    return `Map of ${this.#name}, ${which}, as the Dungeon Master sees it. The key tells every room and its exits in words.`;
  }

  #paintLevels() {
    if (this.#levels < 2) return;
    const numbers = Array.from({ length: this.#levels }, (_, index) => index + 1);
    fill(this.#choice, ...numbers.map((number) => this.#levelButton(number)));
  }

  #levelButton(number) {
    const isShown = number === this.#level;
    const press = () => {
      this.#show(number);
      this.#choice.children[number - 1].focus(); // It was painted anew under the hand that pressed it.
    };
    return element("button", { type: "button", class: "plain", "aria-pressed": String(isShown), click: press }, `Level ${number}`);
  }

  #button({ name, path, file, each }) {
    const fetched = async () => {
      fill(this.#notice);
      try {
        const level = each ? `&level=${this.#level}` : "";
        save(await this.#api.file(`${this.#address()}${path}${level}`), file);
      } catch (problem) {
        if (!(problem instanceof Problem)) throw problem;
        fill(this.#notice, problemCard(problem));
      }
    };
    return element("button", { type: "button", class: "plain", click: fetched }, name);
  }

  #address() {
    return `v1/entities/dungeon/${encodeURIComponent(this.#id)}/`;
  }

  // What is no Problem is a picture that the browser could not read.
  #fail(problem, again) {
    const told = problem instanceof Problem ? problem : Problem.from({ title: "The map cannot be shown", detail: String(problem) });
    const isWorthIt = told.retryable || told.status === 401;
    fill(this.#sheet, problemCard(told, isWorthIt ? { action: again } : undefined));
  }
}

function painted(picture, words) {
  const canvas = element("canvas", { role: "img", "aria-label": words, width: String(picture.width), height: String(picture.height) });
  canvas.getContext("2d").drawImage(picture, 0, 0);
  picture.close();
  // Wider than a phone: the sheet scrolls, also by keyboard.
  return element("div", { class: "map-view", tabindex: "0", role: "region", "aria-label": "Map" }, canvas);
}

function save(file, name) {
  const address = URL.createObjectURL(file);
  element("a", { href: address, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000); // The browser reads it after the click.
}

// Once, when the node is in view or nearly so.
function whenNear(node, act) {
  const watcher = new IntersectionObserver(
    (entries) => {
      if (!entries.some((entry) => entry.isIntersecting)) return;
      watcher.disconnect();
      act();
    },
    { rootMargin: NEAR },
  );
  watcher.observe(node);
}
