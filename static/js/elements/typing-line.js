// <typing-line>: the other is writing. Gone when the message comes, or without news of it.

const LASTS_MS = 6_000;

class TypingLine extends HTMLElement {
  #timer = null;

  disconnectedCallback() {
    clearTimeout(this.#timer);
  }

  /** What the server has just said; without an argument: what it said before still holds. */
  show(writes = !this.hidden) {
    clearTimeout(this.#timer);
    this.hidden = !writes;
    if (writes) this.#timer = setTimeout(() => this.show(false), LASTS_MS);
  }
}

customElements.define("typing-line", TypingLine);
