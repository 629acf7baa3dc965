// The calls the console makes, with the token of the session; a 401 renews the token and tries once more.

import { exchange } from "./http.js";

/** The API as one signed-in user sees it. Every method throws Problem. */
export class Api {
  #session;

  constructor(session) {
    this.#session = session;
  }

  /** Return the campaigns as [{id, name}]. */
  async campaigns() {
    const { data } = await this.#call("v1/campaigns");
    return Array.isArray(data?.items) ? data.items : [];
  }

  /**
   * Accept a prompt. Sending twice with one `key` makes one request.
   *
   * @returns {Promise<object>} The accepted view: request_id, status, and the plan when the server sends it along.
   */
  async submit({ prompt, campaignId, key, signal }) {
    const body = { prompt, context: { campaign_id: campaignId } };
    const headers = { "Idempotency-Key": `"${key}"` };
    return (await this.#call("v1/prompts", { method: "POST", body, headers, signal })).data;
  }

  /** Read a request; the answer has status 304 and no data while it is still as `etag` says. */
  async request(requestId, { etag, signal } = {}) {
    const headers = etag ? { "If-None-Match": etag } : {};
    return this.#call(`v1/prompts/${encodeURIComponent(requestId)}`, { headers, signal });
  }

  /** Return one entity: id, type, name, description, attributes ... */
  async entity(type, id) {
    return (await this.#call(`v1/entities/${encodeURIComponent(type)}/${encodeURIComponent(id)}`)).data;
  }

  /** Return a file, such as a map, as a Blob. */
  async file(path) {
    return (await this.#call(path, { asFile: true })).data;
  }

  /** Return the rules library's answer: answer, values, breakdown, source, confidence. */
  async askRules(question) {
    return (await this.#call("v1/rules/ask", { method: "POST", body: { question } })).data;
  }

  /** Return {status, parts}. */
  async status() {
    return (await this.#call("v1/status")).data;
  }

  /** Make any call; returns its data. */
  async call(path, options) {
    return (await this.#call(path, options)).data;
  }

  async #call(path, options = {}) {
    try {
      return await this.#exchange(path, options);
    } catch (problem) {
      if (problem.status !== 401 || this.#session.token === null) throw problem;
      if (!(await this.#session.renew())) {
        this.#session.lose();
        throw problem;
      }
    }
    return this.#exchange(path, options);
  }

  #exchange(path, options) {
    return exchange(path, { ...options, headers: { ...options.headers, ...this.#authorization() } });
  }

  #authorization() {
    return this.#session.token === null ? {} : { Authorization: `Bearer ${this.#session.token}` };
  }
}
