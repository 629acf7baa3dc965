// Shows a request's plan: one line per step, with the agent that takes it and how far it is.

import { element, fill } from "./dom.js";
import { label } from "./format.js";

const AGENTS = {
  scribe: "Scribe",
  system_mastery: "System Mastery",
  world_designer: "World Designer",
  orchestrator: "Orchestrator",
};
const STATES = { waiting: "waiting", running: "running", done: "done", failed: "failed", cancelled: "cancelled" };

/**
 * Put the steps into a list.
 *
 * @param {HTMLOListElement} list
 * @param {{step_no: number, agent: string, title: string, state: string, attempts: number}[]} steps
 */
export function showPlan(list, steps) {
  fill(list, ...steps.map(stepLine));
}

function stepLine(step) {
  const state = STATES[step.state] ?? "waiting";
  const attempt = step.attempts > 1 ? `, attempt ${step.attempts}` : "";
  return element(
    "li",
    { "data-state": state },
    element("span", { class: "mark", "aria-hidden": "true" }),
    element("span", { class: "agent" }, AGENTS[step.agent] ?? label(step.agent ?? "Step")),
    element("span", { class: "what" }, step.title ?? ""),
    element("span", { class: "step-state" }, state + attempt),
  );
}
