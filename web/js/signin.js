// What is on the screen before someone is signed in: the opening line, the sign-in form, or a server that is not there.

import { byId, fill } from "./dom.js";
import { problemCard } from "./problem.js";

const FACES = ["starting", "sign-in", "console"];
const ONLY_SIGNED_IN = "#campaign-choice, #status, #sign-out";

/** Show one of the page's three faces: "starting" (with what is going on), "sign-in" or "console". */
export function showFace(face, words = "") {
  for (const id of FACES) byId(id).hidden = id !== face;
  for (const node of document.querySelectorAll(ONLY_SIGNED_IN)) node.hidden = face !== "console";
  fill(byId("starting-text"), words);
  fill(byId("starting-problem"));
}

/** Say that the server could not be reached while opening, with a button to try again. */
export function showNotOpened(problem, again) {
  showFace("starting");
  fill(byId("starting-problem"), problemCard(problem, { action: again }));
}

/** The form that asks for a token. */
export class SignInForm {
  #token = byId("token");
  #problem = byId("sign-in-problem");
  #reason = byId("sign-in-reason");

  /** @param {(token: string) => Promise<void>} signIn - Throws Problem when the token is not good. */
  constructor(signIn) {
    byId("sign-in-form").addEventListener("submit", async (event) => {
      event.preventDefault();
      const token = this.#token.value.trim();
      if (token === "") return;
      fill(this.#problem);
      try {
        await signIn(token);
        this.#token.value = "";
      } catch (problem) {
        fill(this.#problem, problemCard(problem));
        this.#token.select();
      }
    });
  }

  /** Show the form, with a sentence on why it is there; without one, the usual words stay. */
  ask(reason) {
    if (reason) this.#reason.textContent = reason;
    fill(this.#problem);
    showFace("sign-in");
    this.#token.focus();
  }
}
