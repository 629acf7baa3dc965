// One prompt on its way: sent, accepted, polled until it has ended, or stopped by a problem and taken up again.

import { newKey } from "./format.js";
import { pollUntilEnded } from "./poll.js";
import { Problem } from "./problem.js";

/** A prompt and what became of it. Dispatches "change" whenever something to show has changed. */
export class Run extends EventTarget {
  #api;
  #key = newKey();
  #signal;
  #startedAt = performance.now();

  view = null; // The server's view: request_id, status, plan, result, error ...
  problem = null; // What stopped this page from following the request.
  trouble = null; // What is in the way at the moment, in words; polling goes on.
  milliseconds = null; // From sending to the end, as seen from here.

  /**
   * @param {import("./api.js").Api} api
   * @param {{prompt: string, campaignId: string, signal: AbortSignal}} what - The signal ends it: the user signed out.
   */
  constructor(api, { prompt, campaignId, signal }) {
    super();
    this.#api = api;
    this.#signal = signal;
    this.prompt = prompt;
    this.campaignId = campaignId;
  }

  /** "sending", "processing", "completed", "failed", "cancelled", or "stopped" when this page lost track of it. */
  get state() {
    if (this.problem) return "stopped";
    return this.view?.status ?? "sending";
  }

  get requestId() {
    return this.view?.request_id ?? null;
  }

  /** Send it, or take it up where it stopped; a prompt that was accepted is never sent again. */
  async follow() {
    this.problem = null;
    this.#changed();
    try {
      if (this.view === null) this.#see(await this.#submit());
      if (this.view.status === "processing") await this.#poll();
    } catch (problem) {
      if (this.#signal.aborted) return;
      this.problem = problem instanceof Problem ? problem : Problem.from({ detail: String(problem) });
      this.#changed();
    }
  }

  #submit() {
    const { prompt, campaignId } = this;
    return this.#api.submit({ prompt, campaignId, key: this.#key, signal: this.#signal });
  }

  #poll() {
    const signal = this.#signal;
    return pollUntilEnded((etag) => this.#api.request(this.requestId, { etag, signal }), {
      signal,
      atOnce: this.view.plan === undefined, // Accepted without its plan: fetch that first.
      onView: (view) => this.#see(view),
      onTrouble: (problem) => {
        this.trouble = problem && `${problem.title}; trying again …`;
        this.#changed();
      },
    });
  }

  #see(view) {
    if (typeof view?.request_id !== "string") throw Problem.from({ detail: "The server's answer makes no sense here." });
    this.view = { ...this.view, ...view }; // The first answer may carry less than the ones that follow, never more.
    if (view.status !== "processing") this.milliseconds = performance.now() - this.#startedAt;
    this.#changed();
  }

  #changed() {
    this.dispatchEvent(new Event("change"));
  }
}
