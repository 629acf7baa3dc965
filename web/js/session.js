// Who is signed in: trades the one-time code for an access token, keeps it fresh, and forgets it.
//
// The access token lives in this module's memory only. What survives a reload is an HttpOnly cookie that scripts cannot
// read; the header X-DMA-Console, which another site cannot send, is what makes that cookie count.

import { exchange } from "./http.js";
import { Problem } from "./problem.js";

const CONSOLE = { "X-DMA-Console": "1" };
const EARLY_SECONDS = 60;
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** One sign-in. Dispatches "lost" when the token can no longer be renewed. */
export class Session extends EventTarget {
  #token = null;
  #renewing = null;
  #timer = 0;

  /** The bearer token, or null when nobody is signed in. */
  get token() {
    return this.#token;
  }

  /**
   * Sign in with a one-time login code.
   *
   * @returns {Promise<boolean>} False when the code is used up, expired or wrong.
   * @throws {Problem} The server cannot be reached or is in trouble.
   */
  async redeem(code) {
    return this.#obtain("v1/auth/token", { login_code: code });
  }

  /**
   * Get a fresh token with the cookie. Calls that overlap share one exchange, since each cookie works once.
   *
   * @returns {Promise<boolean>} False when there is no valid cookie.
   * @throws {Problem} The server cannot be reached or is in trouble.
   */
  async renew() {
    this.#renewing ??= inTurn(() => this.#obtain("v1/auth/refresh")).finally(() => {
      this.#renewing = null;
    });
    return this.#renewing;
  }

  /** Use a token that was pasted in; it cannot be renewed. */
  use(token) {
    this.#forget();
    this.#token = token;
  }

  /** Say that the token no longer works: whoever listens asks for a new sign-in. */
  lose() {
    if (this.#token === null) return;
    this.#forget();
    this.dispatchEvent(new Event("lost"));
  }

  /**
   * Sign out here and revoke the cookie there.
   *
   * @throws {Problem} The server could not be told; the page has forgotten the token all the same.
   */
  async signOut() {
    try {
      // Revoking takes a valid token. One that ran out while the page slept must not leave the cookie behind.
      if (!(await this.#revoke()) && (await this.renew())) await this.#revoke();
    } finally {
      this.#forget();
    }
  }

  // False when the token or the cookie is no longer valid.
  async #revoke() {
    try {
      await exchange("v1/auth/revoke", { method: "POST", headers: { ...CONSOLE, Authorization: `Bearer ${this.#token}` } });
      return true;
    } catch (problem) {
      if (problem.status === 401) return false;
      throw problem;
    }
  }

  async #obtain(path, body) {
    try {
      const { data } = await exchange(path, { method: "POST", headers: CONSOLE, body });
      this.#keep(data);
      return true;
    } catch (problem) {
      if (problem instanceof Problem && isRefusal(problem.status)) return false;
      throw problem;
    }
  }

  #keep(grant) {
    if (typeof grant?.access_token !== "string") throw Problem.from({ detail: "The server sent no access token." });
    this.#forget();
    this.#token = grant.access_token;
    const seconds = Number(grant.expires_in) || 0;
    // A minute early for long tokens; short ones are renewed when four fifths are over.
    const wait = Math.max(seconds - EARLY_SECONDS, seconds * 0.8) * 1000;
    if (wait > 0) this.#timer = setTimeout(() => this.#renewQuietly(), Math.min(wait, LONGEST_TIMER_MS));
  }

  async #renewQuietly() {
    try {
      await this.renew();
    } catch {
      // Not reachable now. The next call that meets a 401 tries again and tells the user.
    }
  }

  #forget() {
    clearTimeout(this.#timer);
    this.#token = null;
  }
}

/** Return the one-time code in the address bar, or null, and take it out of there and of the history at once. */
export function takeLoginCode() {
  const code = new URLSearchParams(location.hash.slice(1)).get("code");
  if (code === null) return null;
  history.replaceState(history.state, "", location.pathname + location.search);
  return code;
}

function isRefusal(status) {
  return status >= 400 && status < 500 && status !== 429;
}

// Two tabs share one cookie. Renewing one after the other lets the second use what the first was given.
function inTurn(action) {
  return navigator.locks ? navigator.locks.request("dma-renew", action) : action();
}
