// What went wrong, as the API says it (RFC 9457 problem documents) or as the network leaves it, and how it is shown.

import { element } from "./dom.js";

const WORDS = {
  401: "Sign in again",
  403: "Not allowed",
  404: "Not found",
  429: "Too many requests at once",
  502: "A service behind DMA did not answer",
  503: "DMA is busy or still starting",
  504: "That took too long",
};

/** A failed exchange. `status` is 0 when no answer came at all. */
export class Problem extends Error {
  constructor({ title, detail = "", status = 0, errors = [], retryable = false, retryAfterSeconds = 0 }) {
    super(detail || title);
    this.title = title;
    this.detail = detail === title ? "" : detail;
    this.status = status;
    this.errors = errors;
    this.retryable = retryable;
    this.retryAfterSeconds = retryAfterSeconds;
  }

  /** Read a problem object, from a response's body or from the `error` of a failed request. */
  static from(body, { status = 0, retryAfterSeconds = 0 } = {}) {
    const said = typeof body === "object" && body !== null ? body : {};
    const code = status || Number(said.status) || 0;
    return new Problem({
      title: text(said.title) || WORDS[code] || "Something went wrong",
      detail: text(said.detail),
      status: code,
      errors: Array.isArray(said.errors) ? said.errors.map(fieldMessage).filter(Boolean) : [],
      retryable: said.retryable === true || code === 429 || code >= 500,
      retryAfterSeconds,
    });
  }

  /** No answer: the server is down, the network is gone, or it took too long. */
  static unreachable(cause) {
    const late = cause?.name === "TimeoutError";
    return new Problem({
      title: late ? "No answer in time" : "DMA cannot be reached",
      detail: late ? "The server took too long." : "Is it still running? Nothing you typed is lost.",
      retryable: true,
    });
  }
}

/**
 * Return a card that shows a problem, with its field messages.
 *
 * @param {Problem} problem
 * @param {{label?: string, action: Function}} [again] - What the button under it does, when trying again makes sense.
 */
export function problemCard(problem, again) {
  const messages = problem.errors.map((message) => element("li", {}, message));
  return element(
    "div",
    { class: "problem" },
    element("p", { class: "problem-title" }, problem.title),
    problem.detail ? element("p", {}, problem.detail) : null,
    messages.length ? element("ul", {}, ...messages) : null,
    again ? element("button", { type: "button", class: "retry", click: again.action }, again.label ?? "Try again") : null,
  );
}

function fieldMessage(error) {
  if (typeof error !== "object" || error === null) return text(error);
  const field = text(error.field);
  return field ? `${field}: ${text(error.message)}` : text(error.message);
}

function text(value) {
  return typeof value === "string" ? value : "";
}
