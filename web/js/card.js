// The card of one request: the prompt, its plan, the answer, where it comes from, and what it made.

import { element, fill } from "./dom.js";
import { dungeonAmong, entityLinks } from "./entities.js";
import { duration, sourceLines } from "./format.js";
import { DungeonMap } from "./map.js";
import { renderMarkdown } from "./markdown.js";
import { showPlan } from "./plan.js";
import { Problem, problemCard } from "./problem.js";

const WORDS = {
  sending: "Sending",
  processing: "Working",
  completed: "Done",
  failed: "Failed",
  cancelled: "Cancelled",
  stopped: "Interrupted",
};

/** Shows one run and follows its changes. `element` is the card. */
export class RunCard {
  #run;
  #again;
  #edit;
  #api;
  #badge = element("span", { class: "badge", role: "status" });
  #plan = element("ol", { class: "plan", "aria-label": "Plan" });
  #map = element("div");
  #answer = element("div", { class: "prose answer", "aria-live": "polite" });
  #notice = element("div", { class: "notice", "aria-live": "polite" });
  #extras = element("div", { class: "extras" });
  #foot = element("footer", { class: "card-foot" });
  #painted = new Map();

  /**
   * @param {import("./run.js").Run} run
   * @param {{api: import("./api.js").Api, again: Function, edit: Function}} tools - `again` sends the prompt as a new
   *   request, `edit` puts it back into the box.
   */
  constructor(run, { api, again, edit }) {
    this.#run = run;
    this.#api = api;
    this.#again = again;
    this.#edit = edit;
    const head = element("header", { class: "card-head" }, element("h2", {}, run.prompt), this.#badge);
    this.element = element("article", { class: "card request" }, head, this.#plan, this.#map, this.#answer, this.#notice, this.#extras, this.#foot);
    run.addEventListener("change", () => this.#paint());
    this.#paint();
  }

  #paint() {
    const { state, view, trouble, problem } = this.#run;
    this.element.dataset.state = state;
    this.#when("badge", state, () => fill(this.#badge, state === "stopped" && !view ? "Not sent" : (WORDS[state] ?? state)));
    this.#when("plan", view?.plan ?? [], (steps) => showPlan(this.#plan, steps));
    this.#when("map", dungeonAmong(view?.result?.entities_created), (id) => fill(this.#map, id && new DungeonMap(this.#api, id).element));
    this.#when("answer", view?.result?.content ?? "", (content) => fill(this.#answer, renderMarkdown(String(content))));
    this.#when("notice", [state, trouble, problem?.message], () => fill(this.#notice, this.#noticeFor(state)));
    this.#when("extras", view?.result ?? null, (result) => fill(this.#extras, ...this.#extrasOf(result)));
    this.#when("foot", [state, this.#run.requestId], () => fill(this.#foot, ...this.#footFor()));
  }

  // Repaint a part only when what it shows has changed: a screen reader should hear news once, and focus should stay.
  #when(part, value, paint) {
    const print = JSON.stringify(value);
    if (this.#painted.get(part) === print) return;
    this.#painted.set(part, print);
    paint(value);
  }

  #noticeFor(state) {
    const run = this.#run;
    if (state === "stopped") return problemCard(run.problem, this.#wayOn());
    if (state === "failed") return problemCard(Problem.from(run.view.error), { label: "Send again", action: this.#again });
    if (state === "cancelled") return problemCard(Problem.from({ title: "This request was cancelled" }), { label: "Send again", action: this.#again });
    return state === "processing" && run.trouble ? element("p", { class: "hint" }, run.trouble) : null;
  }

  // A problem that passes is tried again as it is; a prompt that was refused needs changing first.
  #wayOn() {
    if (this.#run.problem.retryable || this.#run.problem.status === 401) return { action: () => this.#run.follow() };
    return this.#run.view ? { label: "Send again", action: this.#again } : { label: "Edit the prompt", action: this.#edit };
  }

  #extrasOf(result) {
    const sources = sourceLines(result?.source);
    const links = entityLinks(result?.entities_created ?? [], (type, id) => this.#api.entity(type, id));
    return [
      sources.length ? element("p", { class: "source" }, element("span", {}, "Source: "), sources.join("; ")) : null,
      links ? element("section", { "aria-label": "Created" }, element("h3", { class: "small" }, "Created"), links) : null,
    ];
  }

  #footFor() {
    const { requestId, milliseconds } = this.#run;
    return [
      milliseconds === null ? null : element("span", { class: "took" }, duration(milliseconds)),
      requestId ? element("code", { class: "request-id" }, requestId) : null,
      requestId ? copyButton(requestId) : null,
    ];
  }
}

function copyButton(text) {
  const button = element("button", { type: "button", class: "plain", "aria-label": "Copy the request id" }, "Copy");
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(text);
      button.textContent = "Copied";
    } catch {
      getSelection().selectAllChildren(button.previousElementSibling);
      button.textContent = "Selected: press Ctrl+C";
    }
    setTimeout(() => (button.textContent = "Copy"), 2_000);
  });
  return button;
}
