// The quick-rules box: a question, and at once the number, how it comes about, and the table it is in.

import { byId, element, fill } from "./dom.js";
import { duration, label, sourceLines } from "./format.js";
import { renderMarkdown } from "./markdown.js";
import { Problem, problemCard } from "./problem.js";

const UNSURE_BELOW = 0.5;

/** The panel on the page. */
export class RulesBox {
  #api;
  #question = byId("rules-question");
  #answer = byId("rules-answer");
  #asked = 0;

  constructor(api) {
    this.#api = api;
    byId("rules-form").addEventListener("submit", (event) => {
      event.preventDefault();
      const question = this.#question.value.trim();
      if (question !== "") this.#ask(question);
      this.#question.select();
    });
    this.#question.addEventListener("keydown", (event) => {
      if (event.key === "Escape") this.clear();
    });
  }

  /** Put the cursor into the box. */
  focus() {
    this.#question.focus();
  }

  /** Empty the box and take the answer away. */
  clear() {
    this.#asked += 1;
    this.#question.value = "";
    fill(this.#answer);
  }

  async #ask(question) {
    const turn = (this.#asked += 1);
    const start = performance.now();
    try {
      const answer = await this.#api.askRules(question);
      if (turn === this.#asked) this.#show(question, answer, performance.now() - start);
    } catch (problem) {
      if (!(problem instanceof Problem)) throw problem;
      const again = problem.retryable ? { action: () => this.#ask(question) } : undefined;
      if (turn === this.#asked) fill(this.#answer, problemCard(problem, again));
    }
  }

  #show(question, answer, milliseconds) {
    const sources = sourceLines(answer.source);
    const unsure = typeof answer.confidence === "number" && answer.confidence < UNSURE_BELOW;
    fill(
      this.#answer,
      element("p", { class: "asked" }, question),
      unsure ? element("p", { class: "unsure" }, "Not sure this is what you asked.") : null,
      element("div", { class: "prose verdict" }, renderMarkdown(String(answer.answer ?? ""))),
      breakdown(answer.breakdown),
      caveats([...(answer.warnings ?? []), ...(answer.assumptions ?? [])]),
      sources.length ? element("p", { class: "source" }, element("span", {}, "Source: "), sources.join("; ")) : null,
      element("p", { class: "hint" }, duration(milliseconds)),
    );
  }
}

// What was not used, and what was taken for granted: the reader may know better.
function caveats(sentences) {
  return sentences.length ? element("ul", { class: "caveats" }, ...sentences.map((said) => element("li", {}, String(said)))) : null;
}

// [{label, value, source}], one row each. One row alone only repeats the answer.
function breakdown(steps) {
  if (!Array.isArray(steps) || steps.length < 2) return null;
  const rows = steps.map((step) => {
    const value = typeof step.value === "object" ? JSON.stringify(step.value) : String(step.value);
    return element("tr", {}, element("th", { scope: "row" }, label(step.label)), element("td", { class: "end" }, value));
  });
  return element("table", { class: "breakdown" }, element("tbody", {}, ...rows));
}
