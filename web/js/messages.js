// The messages of one queue: those that are ready or in flight, the delayed ones, or the failed ones (dead letters).

import { byId, element, fill } from "./dom.js";
import { moment } from "./queues.js";

const TITLES = { live: "ready and in flight", delayed: "delayed", dead: "failed" };
const PAGE = 50;

/** The open list; `act` does what a button stands for and shows how things are afterwards. */
export class MessageList {
  #api;
  #act;
  #queue = "";
  #view = "";
  #pages = 1;
  #open = new Map(); // What was unfolded stays so when the list is drawn anew.

  constructor(api, act) {
    this.#api = api;
    this.#act = act;
    byId("messages-more").addEventListener("click", () => {
      this.#pages += 1;
      act(async () => {});
    });
  }

  /** "queue/view" of what is shown; "" before anything was. */
  get shown() {
    return this.#queue === "" ? "" : `${this.#queue}/${this.#view}`;
  }

  /** Show one list from its beginning. */
  show(queue, view) {
    [this.#queue, this.#view, this.#pages] = [queue, view, 1];
    this.#open.clear();
  }

  /** Show nothing of what was seen. */
  close() {
    this.#queue = "";
    byId("messages-card").hidden = true;
    fill(byId("messages"));
  }

  /** Read the list again and draw it. */
  async refresh() {
    if (this.#queue === "") return;
    const shown = this.shown;
    const { items, more } = await this.#read();
    if (shown !== this.shown) return;
    byId("messages-title").textContent = `${this.#queue}: ${TITLES[this.#view]}`;
    fill(byId("messages"), ...items.map((item) => (this.#view === "dead" ? this.#letterRow(item) : this.#messageRow(item))));
    byId("messages-empty").hidden = items.length > 0;
    byId("messages-more").hidden = !more;
    byId("messages-card").hidden = false;
  }

  async #read() {
    const items = [];
    let cursor = null;
    for (let page = 0; page < this.#pages; page += 1) {
      const data = await this.#api.call(this.#address(cursor));
      items.push(...data.items);
      cursor = data.next_cursor;
      if (cursor === null) break;
    }
    return { items, more: cursor !== null };
  }

  #address(cursor) {
    const query = new URLSearchParams({ limit: String(PAGE) });
    if (cursor !== null) query.set("cursor", cursor);
    if (this.#view === "dead") {
      query.set("queue", this.#queue);
      return `v1/admin/dead-letters?${query}`;
    }
    query.set("state", this.#view);
    return `v1/admin/queues/${this.#queue}/messages?${query}`;
  }

  #messageRow(item) {
    const path = `v1/admin/queues/${this.#queue}/messages/${encodeURIComponent(item.id)}`;
    const hasten = item.state === "delayed" ? this.#button("Requeue", `${path}/requeue`, { method: "POST" }) : null;
    const drop = item.state === "in_flight" ? null : this.#button("Delete", path, { method: "DELETE" }, "Delete this message?");
    return row(item, item.state.replace("_", " "), moment(item.at), [hasten, drop]);
  }

  #letterRow(item) {
    const order = (action) => ({ method: "POST", body: { action, queue: this.#queue, ids: [item.id] } });
    const buttons = [
      this.#button("Requeue", "v1/admin/dead-letters", order("replay")),
      this.#button("Delete", "v1/admin/dead-letters", order("discard"), "Delete this message for good?"),
    ];
    return row(item, this.#reason(item), moment(item.failed_at), buttons);
  }

  // Why it failed, with the traceback behind a click.
  #reason(item) {
    const text = element("pre", {}, this.#open.get(item.id) ?? "");
    const details = element("details", { open: this.#open.has(item.id) }, element("summary", {}, `${item.reason}: ${item.error}`), text);
    details.addEventListener("toggle", async () => {
      if (!details.open) this.#open.delete(item.id);
      else if (!this.#open.has(item.id)) {
        this.#open.set(item.id, "");
        await this.#act(async () => {
          const whole = await this.#api.call(`v1/admin/dead-letters/${this.#queue}/${encodeURIComponent(item.id)}`);
          this.#open.set(item.id, whole.traceback ?? whole.payload ?? "There is no traceback.");
        });
      }
    });
    return details;
  }

  #button(label, path, options, question) {
    const press = () => {
      if (question && !window.confirm(question)) return;
      this.#act(() => this.#api.call(path, options));
    };
    return element("button", { type: "button", click: press }, label);
  }
}

function row(item, state, when, buttons) {
  const { message } = item;
  return element(
    "tr",
    { "data-message": item.id },
    element("th", { scope: "row" }, message?.correlation_id ?? item.id),
    element("td", {}, message?.actor ?? "not readable"),
    element("td", {}, state),
    element("td", {}, when),
    element("td", {}, ...buttons),
  );
}
