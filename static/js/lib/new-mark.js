// The line before the first unread message of another. It stays until the page is left.

import { putAbove } from "./message-element.js";

export class NewMark {
  #line;
  #pages;
  #reader;
  #readSeq = Infinity;

  /** @param pages the lists of messages, oldest first. */
  constructor(line, pages, reader) {
    this.#line = line;
    this.#pages = pages;
    this.#reader = reader;
  }

  /** Begin with how far one had read when the page came. */
  start(readSeq) {
    this.#readSeq = readSeq;
  }

  /** Draw it where it belongs now. What is at `first` then, and which elements that changed. */
  draw() {
    const first = this.#first();
    if (!first || first.contains(this.#line)) return { first, changed: [] };
    const earlier = this.#line.closest("li");
    putAbove(this.#line, first);
    return { first, changed: earlier ? [first, earlier] : [first] };
  }

  #first() {
    let first = null;
    for (const element of this.#pages.backwards()) {
      if (Number(element.dataset.seq) <= this.#readSeq) break;
      if (this.#isNew(element.dataset)) first = element;
    }
    return first;
  }

  #isNew({ seq, sender, kind }) {
    return seq && Number(sender) !== this.#reader && !kind;
  }
}
