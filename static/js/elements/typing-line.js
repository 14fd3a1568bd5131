// <typing-line>: others are writing. Gone when the message comes, or without news of it.

const LASTS_MS = 6_000;

class TypingLine extends HTMLElement {
  #timer = null;
  #names = [];

  disconnectedCallback() {
    clearTimeout(this.#timer);
  }

  /** Whose names the server has just said; without: what it said before still holds. */
  show(names = this.#names) {
    clearTimeout(this.#timer);
    this.#names = names;
    this.hidden = !names.length;
    if (this.hidden) return;
    const text = this.#text(names);
    if (this.textContent !== text) this.textContent = text;
    this.#timer = setTimeout(() => this.show([]), LASTS_MS);
  }

  #text([name, other, ...more]) {
    const { one, two, several } = this.dataset;
    if (more.length) return several;
    const sentence = other ? two : one;
    return sentence.replace(/\{(name|other)\}/g, (_, key) => ({ name, other })[key]);
  }
}

customElements.define("typing-line", TypingLine);
