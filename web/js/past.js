// The list of this page's prompts, newest first; choosing one shows its card again.

import { byId, element } from "./dom.js";

/** The list on the page. It lives in memory and ends with the page. */
export class PastPrompts {
  #list = byId("history");
  #empty = byId("history-empty");
  #place = byId("current");

  /**
   * Add a run's card and show it.
   *
   * @param {import("./run.js").Run} run
   * @param {HTMLElement} card
   */
  add(run, card) {
    const button = element("button", { type: "button", class: "past" }, element("span", { class: "past-prompt" }, run.prompt));
    const mark = () => (button.dataset.state = run.state);
    run.addEventListener("change", mark);
    mark();
    button.addEventListener("click", () => {
      this.#show(button, card);
      card.scrollIntoView({ block: "nearest" });
    });
    this.#list.prepend(element("li", {}, button));
    this.#empty.hidden = true;
    this.#show(button, card);
  }

  /** Forget everything: the next one at this screen may be someone else. */
  clear() {
    this.#list.replaceChildren();
    this.#place.replaceChildren();
    this.#empty.hidden = false;
  }

  #show(button, card) {
    for (const other of this.#list.querySelectorAll("[aria-current]")) other.removeAttribute("aria-current");
    button.setAttribute("aria-current", "true");
    this.#place.replaceChildren(card);
  }
}
