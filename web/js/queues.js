// Rows of the dashboard's tables of queues and of workers.

import { element } from "./dom.js";

/** How each count of a queue leads to the messages behind it. */
const VIEWS = { ready: "live", in_flight: "live", delayed: "delayed", dead: "dead" };

/**
 * Return the row of one queue.
 *
 * @param {object} queue - As GET /v1/admin/queues answers it.
 * @param {{shown: string, show: Function, pause: Function}} actions - `shown` is "queue/view" of the open list.
 */
export function queueRow(queue, { shown, show, pause }) {
  const counts = Object.entries(VIEWS).map(([name, view]) => {
    const open = () => show(queue.queue, view);
    const current = `${queue.queue}/${view}` === shown ? "true" : null;
    const button = element("button", { type: "button", class: "plain", click: open, "aria-current": current }, String(queue[name]));
    return element("td", { "data-count": name }, button);
  });
  const state = queue.is_paused ? "Resume" : "Pause";
  return element(
    "tr",
    { "data-queue": queue.queue },
    element("th", { scope: "row" }, queue.queue, queue.is_paused ? " (paused)" : ""),
    ...counts,
    element("td", {}, seconds(queue.oldest_age_seconds)),
    element("td", {}, String(queue.consumers)),
    element("td", {}, element("button", { type: "button", click: () => pause(queue) }, state)),
  );
}

/** Return the row of one process of a pool. */
export function workerRow(worker) {
  const check = worker.checked_at === null ? "not asked" : `${worker.check_ms} ms, ${moment(worker.checked_at)}`;
  return element(
    "tr",
    { "data-agent": worker.agent },
    element("th", { scope: "row" }, worker.name),
    element("td", {}, worker.agent),
    element("td", {}, worker.state),
    element("td", {}, worker.threads === null ? "?" : String(worker.threads)),
    element("td", {}, `${seconds(worker.last_beat_seconds)} ago`),
    element("td", {}, check),
  );
}

/** Return a time of day in the reader's own zone. */
export function moment(instant) {
  return new Date(instant).toLocaleTimeString();
}

function seconds(value) {
  return value < 10 ? `${value.toFixed(1)} s` : `${Math.round(value)} s`;
}
