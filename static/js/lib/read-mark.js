// Reading means seen: the page is visible, its window has the focus, and the message is on the
// screen. Only then the mark moves, forward, once for a burst.

const SETTLE_MS = 300;
const RETRY_MS = 5_000;

export class ReadMark {
  #readSeq;
  #save;
  #observer;
  #onScreen = new Set();
  #timer = null;
  #attention = new AbortController();

  /** @param save stores a place; resolves when it is stored. */
  constructor({ root, readSeq, save }) {
    this.#readSeq = readSeq;
    this.#save = save;
    this.#observer = new IntersectionObserver((entries) => this.#note(entries), { root });
    const { signal } = this.#attention;
    window.addEventListener("focus", () => this.#schedule(SETTLE_MS), { signal });
    document.addEventListener("visibilitychange", () => this.#schedule(SETTLE_MS), { signal });
  }

  /** Watch a message of somebody else, unless it is read already. */
  watch(element) {
    if (Number(element.dataset.seq) > this.#readSeq) this.#observer.observe(element);
  }

  stop() {
    this.#observer.disconnect();
    this.#attention.abort();
    clearTimeout(this.#timer);
  }

  #note(entries) {
    for (const { target, isIntersecting } of entries) {
      if (isIntersecting) this.#onScreen.add(target);
      else this.#onScreen.delete(target);
    }
    this.#schedule(SETTLE_MS);
  }

  #schedule(pause) {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#move(), pause);
  }

  async #move() {
    const seq = Math.max(0, ...Array.from(this.#onScreen, (each) => Number(each.dataset.seq)));
    if (seq <= this.#readSeq || document.hidden || !document.hasFocus()) return;
    try {
      await this.#save(seq);
      this.#readSeq = Math.max(this.#readSeq, seq);
      this.#forgetRead();
    } catch (error) {
      if (!error.isFinal) this.#schedule(RETRY_MS);
    }
  }

  #forgetRead() {
    for (const element of this.#onScreen) {
      if (Number(element.dataset.seq) > this.#readSeq) continue;
      this.#observer.unobserve(element);
      this.#onScreen.delete(element);
    }
  }
}
