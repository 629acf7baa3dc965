// One HTTP exchange with the API: JSON in, JSON or a Problem out. Knows nothing of who is signed in.

import { Problem } from "./problem.js";

const TIMEOUT_MS = 30_000;
const ROOT = new URL("../", import.meta.url);

/**
 * @typedef {Object} Answer
 * @property {number} status - 2xx or 304.
 * @property {Headers} headers
 * @property {any} data - The body, or null when there is none; a Blob when a file was asked for.
 */

/**
 * Send one request and read its answer.
 *
 * @param {string} path - Relative to the folder that the pages are in, such as "v1/prompts", so that they work behind any prefix.
 * @param {{method?: string, body?: object, headers?: Object<string, string>, signal?: AbortSignal, asFile?: boolean}} [options]
 * @returns {Promise<Answer>}
 * @throws {Problem} Anything but 2xx and 304, or no answer within 30 s. An aborted `signal` throws its own reason.
 */
export async function exchange(path, { method = "GET", body, headers = {}, signal, asFile = false } = {}) {
  const sent = { Accept: asFile ? "*/*" : "application/json", ...headers };
  if (body !== undefined) sent["Content-Type"] = "application/json";
  const clock = AbortSignal.timeout(TIMEOUT_MS);
  let response;
  let data;
  try {
    response = await fetch(new URL(path, ROOT), {
      method,
      headers: sent,
      body: body === undefined ? undefined : JSON.stringify(body),
      credentials: "same-origin",
      cache: "no-store",
      signal: signal ? AbortSignal.any([signal, clock]) : clock,
    });
    data = asFile && response.ok ? await response.blob() : await readJson(response);
  } catch (error) {
    signal?.throwIfAborted();
    throw Problem.unreachable(error);
  }
  if (!response.ok && response.status !== 304) {
    throw Problem.from(data, { status: response.status, retryAfterSeconds: retryAfterSeconds(response.headers) });
  }
  return { status: response.status, headers: response.headers, data };
}

/** Return the seconds that `Retry-After` asks for; 0 without one (the API sends seconds, never a date). */
export function retryAfterSeconds(headers) {
  const seconds = Number(headers.get("Retry-After"));
  return Number.isFinite(seconds) && seconds > 0 ? seconds : 0;
}

async function readJson(response) {
  const body = await response.text();
  if (!/\bjson\b/.test(response.headers.get("Content-Type") ?? "") || body === "") return null;
  try {
    return JSON.parse(body);
  } catch {
    return null; // A proxy's half page: the status alone has to say it.
  }
}
