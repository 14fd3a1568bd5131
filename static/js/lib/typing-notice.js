// Tells the others that one is writing: at most every few seconds, and only with a text there.

const EVERY_MS = 3_000;

export class TypingNotice {
  #tell;
  #toldAt = -Infinity;

  /** @param tell tells the server; what becomes of it does not matter. */
  constructor(tell) {
    this.#tell = tell;
  }

  /** A key was pressed, and this is the text now. */
  note(text) {
    if (!text.trim() || performance.now() - this.#toldAt < EVERY_MS) return;
    this.#toldAt = performance.now();
    this.#tell().catch(() => {});
  }

  /** The message is sent, which ends the notice; the next word begins a new one. */
  end() {
    this.#toldAt = -Infinity;
  }
}
