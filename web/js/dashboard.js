// Starts the dashboard: sign in as at the console, then show queues, messages and workers, fresh every two seconds.

import { Api } from "./api.js";
import { byId, fill } from "./dom.js";
import { MessageList } from "./messages.js";
import { Problem, problemCard } from "./problem.js";
import { queueRow, workerRow } from "./queues.js";
import { Session, takeLoginCode } from "./session.js";
import { SignInForm, showFace, showNotOpened } from "./signin.js";

const EVERY_MS = 2_000;
const LOST = "Your sign-in has ended. Sign in at the console again, or paste an access token.";
const NOT_ADMIN = "This sign-in does not carry the scope admin. Paste an access token that does.";

const session = new Session();
const api = new Api(session);
const list = new MessageList(api, act);
const form = new SignInForm(signInWith);

async function open(code) {
  try {
    if (code === null || !(await session.redeem(code))) await session.renew();
    await enter();
  } catch (problem) {
    if (!(problem instanceof Problem)) throw problem;
    if (problem.status === 401) form.ask();
    else if (problem.status === 403) form.ask(NOT_ADMIN);
    else showNotOpened(problem, () => open(null));
  }
}

async function signInWith(token) {
  session.use(token);
  await enter();
}

async function enter() {
  await showCounts();
  showFace("console");
}

async function showCounts() {
  const [queues, agents] = await Promise.all([api.call("v1/admin/queues"), api.call("v1/admin/agents")]);
  fill(byId("queues"), ...queues.items.map((queue) => queueRow(queue, { shown: list.shown, show, pause })));
  fill(byId("workers"), ...agents.items.map(workerRow));
}

async function show(queue, view) {
  await act(async () => list.show(queue, view));
}

async function pause(queue) {
  await act(() => api.call(`v1/admin/queues/${queue.queue}/${queue.is_paused ? "resume" : "pause"}`, { method: "POST" }));
}

// Does what a button stands for, says what went wrong, and shows how things are afterwards.
async function act(action) {
  try {
    await action();
    fill(byId("problem"));
  } catch (problem) {
    if (!(problem instanceof Problem)) throw problem;
    fill(byId("problem"), problemCard(problem));
  }
  await refresh();
}

async function refresh() {
  if (document.hidden || byId("console").hidden) return;
  try {
    await Promise.all([showCounts(), list.refresh()]);
  } catch (problem) {
    if (!(problem instanceof Problem)) throw problem;
    if (problem.status !== 401) fill(byId("problem"), problemCard(problem));
  }
}

async function signOut() {
  try {
    await session.signOut();
  } finally {
    list.close();
    form.ask();
  }
}

session.addEventListener("lost", () => form.ask(LOST));
byId("sign-out").addEventListener("click", signOut);
byId("check-health").addEventListener("click", () => act(() => api.call("v1/admin/agents/health-check", { method: "POST" })));
// Not under a finger, and not away from under the keyboard: a row that is drawn anew loses both.
setInterval(() => document.querySelector("main :active, main :focus-visible") ?? refresh(), EVERY_MS);
open(takeLoginCode());
