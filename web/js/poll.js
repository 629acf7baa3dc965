// How often a request is asked for: quickly at first, since most answers are there within half a second, then calmly.

import { retryAfterSeconds } from "./http.js";
import { Problem } from "./problem.js";

const FIRST_MS = 150;
const LONGEST_MS = 2_000;
const GROWTH = 1.4;
// The server's Retry-After speaks to pollers that would wait a second anyway; the first polls, about 2 s of them, do not wait for it.
const EAGER_POLLS = 6;
const TROUBLE_MS = 1_000;
const LONGEST_TROUBLE_MS = 5_000;
const PATIENCE_MS = 90_000;

/**
 * Return the milliseconds to wait before poll number `poll` (from 0).
 *
 * @param {number} poll
 * @param {number} retryAfter - Seconds the last answer asked for; 0 when it did not.
 */
export function pollDelay(poll, retryAfter) {
  const own = Math.min(LONGEST_MS, FIRST_MS * GROWTH ** poll);
  return poll < EAGER_POLLS ? own : Math.max(own, retryAfter * 1000);
}

/**
 * Read a request until it has ended.
 *
 * @param {(etag: string|null) => Promise<import("./http.js").Answer>} read
 * @param {{onView: Function, onTrouble: Function, signal: AbortSignal, atOnce: boolean}} told - `onView` gets every new view; `onTrouble` a passing problem, and null when it is over.
 * @throws {Problem} Not found, not allowed, or nothing but trouble for 90 s.
 */
export async function pollUntilEnded(read, { onView, onTrouble, signal, atOnce }) {
  const trouble = new Trouble(onTrouble);
  if (!atOnce) await sleep(FIRST_MS, signal);
  let etag = null;
  for (let poll = 0; ; poll += 1) {
    let wait;
    try {
      const { status, headers, data } = await read(etag);
      trouble.end();
      if (status !== 304) {
        etag = headers.get("ETag");
        onView(data);
        if (data?.status !== "processing") return;
      }
      wait = pollDelay(poll, retryAfterSeconds(headers));
    } catch (problem) {
      wait = trouble.bear(problem);
    }
    await sleep(wait, signal);
  }
}

// A run of failed polls: how long it lasts, and how long to wait for the next try.
class Trouble {
  #tell;
  #count = 0;
  #since = 0;

  constructor(tell) {
    this.#tell = tell;
  }

  end() {
    if (this.#count > 0) this.#tell(null);
    this.#count = 0;
  }

  // Returns the milliseconds to wait; throws the problem when it is none that passes, or has lasted too long.
  bear(problem) {
    if (!(problem instanceof Problem) || !problem.retryable) throw problem;
    if (this.#count === 0) this.#since = performance.now();
    if (performance.now() - this.#since > PATIENCE_MS) throw problem;
    this.#tell(problem);
    const own = Math.min(LONGEST_TROUBLE_MS, TROUBLE_MS * 2 ** this.#count);
    this.#count += 1;
    return Math.max(own, problem.retryAfterSeconds * 1000);
  }
}

function sleep(milliseconds, signal) {
  return new Promise((resolve, reject) => {
    const stop = () => {
      clearTimeout(timer);
      reject(signal.reason);
    };
    const timer = setTimeout(() => {
      signal.removeEventListener("abort", stop);
      resolve();
    }, milliseconds);
    signal.addEventListener("abort", stop, { once: true });
  });
}
