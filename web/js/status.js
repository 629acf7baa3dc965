// The dot that says whether everything behind the page is running, with its parts behind a click.

import { byId, element, fill } from "./dom.js";
import { label } from "./format.js";
import { Problem } from "./problem.js";

const EVERY_MS = 20_000;
const WORDS = { ok: "Ready", degraded: "Degraded", down: "Not reachable" };

/** Watch /v1/status while someone is signed in and the page is in sight. */
export class StatusDot {
  #api;
  #details = byId("status");

  constructor(api) {
    this.#api = api;
    setInterval(() => this.look(), EVERY_MS);
    document.addEventListener("visibilitychange", () => this.look());
    this.#details.addEventListener("toggle", () => this.look());
    document.addEventListener("click", (event) => {
      if (!this.#details.contains(event.target)) this.#details.open = false;
    });
    this.#details.addEventListener("keydown", (event) => {
      if (event.key === "Escape") this.#details.open = false;
    });
  }

  /** Ask now. */
  async look() {
    if (document.hidden || this.#details.hidden) return; // Hidden: nobody is signed in.
    try {
      const { status, parts } = await this.#api.status();
      this.#show(status === "ok" ? "ok" : "degraded", parts ?? {});
    } catch (problem) {
      if (!(problem instanceof Problem)) throw problem;
      if (problem.status === 401) return; // The sign-in has ended, and says so itself.
      // An answer of any kind means that the API itself is there.
      this.#show(problem.status === 0 ? "down" : "degraded", { api: problem.title });
    }
  }

  #show(state, parts) {
    const rows = Object.entries(parts).map(([name, part]) => partRow(name, wordFor(part)));
    byId("status-dot").dataset.state = state;
    byId("status-word").textContent = WORDS[state];
    this.#details.title = rows.map((row) => row.textContent).join("\n");
    fill(byId("status-parts"), ...rows);
  }
}

function partRow(name, word) {
  const cell = element("td", { "data-state": word === "ok" ? "ok" : "degraded" }, word);
  return element("tr", {}, element("th", { scope: "row" }, `${label(name)} `), cell);
}

// A part is {status: "ok", ...}, or {status: "down", reason: "..."}.
function wordFor(part) {
  const { status = "unknown", reason } = typeof part === "object" && part !== null ? part : { status: String(part) };
  return reason ? `${status}: ${reason}` : String(status);
}
