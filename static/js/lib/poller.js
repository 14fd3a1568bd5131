// Asks again and again: every interval, slower when the tab is hidden, backing off when refused,
// at once when somebody comes back. Never two requests at the same time, and never silent for good.
//
// A hidden tab asks every 20 s. After some minutes Chromium lets the timers of a hidden page fire
// once a minute only: a pause of at most a minute still ends with one of those.

import { RequestError } from "./api.js";

const HIDDEN_MS = 20_000;
const LONGEST_MS = 30_000;
const FAILURES_UNTIL_SHOWN = 2;

export class Poller {
  #ask;
  #interval;
  #onState;
  #timer = null;
  #asking = false;
  #askAgain = false;
  #failures = 0;
  #wake = new AbortController();

  /**
   * @param ask resolves to `{more, interval}`: whether to ask again at once, and the pause in
   *   seconds from now on; both may be missing. Rejects with a RequestError.
   * @param onState told "online", "reconnecting", "offline", "signed-out" or "gone" after each answer.
   */
  constructor(ask, { interval, onState = () => {} }) {
    this.#ask = ask;
    this.#interval = interval * 1000;
    this.#onState = onState;
  }

  start() {
    const { signal } = this.#wake;
    document.addEventListener("visibilitychange", () => this.#comeBack(), { signal });
    for (const event of ["focus", "online"]) {
      window.addEventListener(event, () => this.#comeBack(), { signal });
    }
    // Back from the browser's cache of pages, which may have been hours.
    window.addEventListener("pageshow", ({ persisted }) => persisted && this.#comeBack(), { signal });
    this.#schedule(this.#interval);
  }

  stop() {
    this.#wake.abort();
    clearTimeout(this.#timer);
  }

  /** Ask at once; when a question is under way, once more after it. */
  now() {
    this.#askAgain = this.#asking;
    if (!this.#asking) this.#run();
  }

  #comeBack() {
    if (!document.hidden && !this.#asking) this.#run();
  }

  async #run() {
    clearTimeout(this.#timer);
    this.#asking = true;
    this.#askAgain = false;
    const pause = await this.#askOnce();
    this.#asking = false;
    this.#schedule(this.#askAgain ? 0 : pause);
  }

  async #askOnce() {
    try {
      const { more = false, interval } = await this.#ask();
      if (interval) this.#interval = interval * 1000;
      this.#failures = 0;
      this.#onState("online");
      return more ? 0 : this.#pause();
    } catch (error) {
      if (!(error instanceof RequestError)) console.error(error);
      this.#failures += 1;
      this.#complain(error);
      return this.#pauseAfter(error);
    }
  }

  #complain({ status }) {
    if (status === 401) this.#onState("signed-out");
    else if (status === 404) this.#onState("gone");
    else if (this.#failures >= FAILURES_UNTIL_SHOWN) {
      this.#onState(navigator.onLine ? "reconnecting" : "offline");
    }
  }

  #pause() {
    return document.hidden ? Math.max(HIDDEN_MS, this.#interval) : this.#interval;
  }

  /** Twice as long each time, and nobody at the same moment as everybody else. */
  #pauseAfter(error) {
    const wanted = (error.retryAfter ?? 0) * 1000 * (1 + Math.random() / 4);
    const jitter = 0.75 + Math.random() / 2;
    const doubled = this.#interval * 2 ** Math.min(this.#failures - 1, 8);
    const pause = wanted || Math.min(doubled, LONGEST_MS) * jitter;
    return Math.max(pause, document.hidden ? HIDDEN_MS : 0);
  }

  #schedule(pause) {
    if (this.#wake.signal.aborted) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#run(), pause);
  }
}
