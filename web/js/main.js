// Starts the console: sign in, then put the parts of the page to work.

import { Api } from "./api.js";
import { CampaignPicker } from "./campaigns.js";
import { RunCard } from "./card.js";
import { byId } from "./dom.js";
import { Panel } from "./panel.js";
import { PastPrompts } from "./past.js";
import { Problem } from "./problem.js";
import { PromptBox } from "./prompt.js";
import { RulesBox } from "./rules.js";
import { Run } from "./run.js";
import { Session, takeLoginCode } from "./session.js";
import { SignInForm, showFace, showNotOpened } from "./signin.js";
import { StatusDot } from "./status.js";

const USED_UP = "That sign-in link has been used or is too old. Open the newest one from the terminal, or paste an access token.";
const LOST = "Your sign-in has ended. Open the newest link from the terminal, or paste an access token; what you sent goes on meanwhile.";
const SIGNED_OUT = "You are signed out.";

const session = new Session();
const api = new Api(session);
const campaigns = new CampaignPicker(api);
const past = new PastPrompts();
const panel = new Panel(api);
const rules = new RulesBox(api);
const dot = new StatusDot(api);
const promptBox = new PromptBox(send);
const form = new SignInForm(signInWith);
let runs = [];
let signedIn = new AbortController(); // Aborted at sign-out: nothing of one user goes on for the next.

function send(prompt) {
  const run = new Run(api, { prompt, campaignId: campaigns.id, signal: signedIn.signal });
  runs.push(run);
  past.add(run, new RunCard(run, { api, again: () => send(prompt), edit: () => promptBox.edit(prompt) }).element);
  run.follow();
}

// With a code from the address, else with the cookie of an earlier visit, else by asking.
async function open(code) {
  try {
    if (code === null || !(await session.redeem(code))) await session.renew();
    await enter(); // Also without a token: an installation may have authentication off.
  } catch (problem) {
    if (!(problem instanceof Problem)) throw problem;
    if (problem.status === 401) form.ask(code === null ? undefined : USED_UP);
    else showNotOpened(problem, () => open(code));
  }
}

async function enter() {
  await campaigns.load();
  showFace("console");
  dot.look();
  panel.follow(location.hash);
  if (byId("panel").hidden) promptBox.focus();
  // What an ended sign-in interrupted goes on by itself.
  for (const run of runs) if (run.problem?.status === 401) run.follow();
}

async function signInWith(token) {
  session.use(token);
  await enter();
}

async function signOut() {
  signedIn.abort();
  signedIn = new AbortController();
  runs = [];
  past.clear();
  rules.clear();
  promptBox.clear();
  panel.close();
  showFace("starting", "Signing out …");
  try {
    await session.signOut();
    form.ask(SIGNED_OUT);
  } catch (problem) {
    form.ask(`${SIGNED_OUT} But the server could not be told (${problem.title}): sign in and out again to be sure.`);
  }
}

function onHashChange() {
  const code = takeLoginCode();
  if (code !== null) open(code);
  else if (!byId("console").hidden) panel.follow(location.hash);
}

// "/" goes to the prompt and "?" to quick rules, from anywhere but a text field.
function onKey(event) {
  if (byId("console").hidden || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target instanceof Element && event.target.closest("input, textarea, select")) return;
  const target = { "/": promptBox, "?": rules }[event.key];
  if (target === undefined) return;
  event.preventDefault();
  target.focus();
}

session.addEventListener("lost", () => {
  if (!byId("console").hidden) form.ask(LOST);
});
byId("sign-out").addEventListener("click", signOut);
window.addEventListener("hashchange", onHashChange);
document.addEventListener("keydown", onKey);
open(takeLoginCode());
