// The prompt box: Enter sends, Shift+Enter starts a line, Esc clears, and the examples send themselves.

import { byId } from "./dom.js";

/** The composer on the page. */
export class PromptBox {
  #box = byId("prompt");
  #send;

  /** @param {(prompt: string) => void} send - Gets every prompt, trimmed and not empty. */
  constructor(send) {
    this.#send = send;
    const form = byId("composer");
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#submit();
    });
    this.#box.addEventListener("keydown", (event) => this.#key(event));
    for (const example of form.querySelectorAll(".example")) {
      example.addEventListener("click", () => this.#send(example.textContent.trim()));
    }
  }

  /** Put the cursor into the box. */
  focus() {
    this.#box.focus();
  }

  /** Put a prompt back into the box, to be changed and sent again. */
  edit(prompt) {
    this.#box.value = prompt;
    this.focus();
  }

  /** Empty the box. */
  clear() {
    this.#box.value = "";
  }

  #key(event) {
    if (event.isComposing) return; // Enter that ends a word in an input method is not ours.
    if (event.key === "Escape") this.clear();
    if (event.key !== "Enter" || (event.shiftKey && !event.ctrlKey && !event.metaKey)) return;
    event.preventDefault();
    this.#submit();
  }

  #submit() {
    const prompt = this.#box.value.trim();
    if (prompt === "") return this.focus();
    this.clear();
    // Under fingers the cursor would keep the on-screen keyboard over the answer.
    if (matchMedia("(pointer: coarse)").matches) this.#box.blur();
    else this.focus();
    this.#send(prompt);
  }
}
