// One tab works for all tabs of this browser. A lock says which one, a channel carries what it
// finds out.
//
// - Whoever holds the lock works. When that tab is closed or crashes, the browser hands the lock
//   to the next in its queue. Chromium does not freeze a hidden page that holds a lock.
// - A tab that comes into view takes the lock: the timers of hidden tabs fire as seldom as once a
//   minute, and who looks at a page wants fresh numbers.
// - A hidden tab that holds it says so, and a visible one takes it over. So whenever a tab is
//   visible, a visible tab works; and when the working tab is hidden, nobody looks.
// - Page caches (Back) take no page that holds a lock: it is let go when the page is left.
//
// Web Locks exist with HTTPS and on localhost only. Without them each tab works for itself.

const UNSEEN = "unseen";

export class OneTab {
  #name;
  #onTurn;
  #onNews;
  #works = false;
  #channel = null;
  #waiting = null;
  #letGo = () => {};
  #listening = new AbortController();

  /**
   * @param onTurn told whether this tab works from now on.
   * @param onNews told what another tab has told.
   */
  constructor(name, { onTurn, onNews }) {
    this.#name = name;
    this.#onTurn = onTurn;
    this.#onNews = onNews;
  }

  get works() {
    return this.#works;
  }

  start() {
    const { signal } = this.#listening;
    document.addEventListener("visibilitychange", () => this.#seenOrNot(), { signal });
    window.addEventListener("pagehide", () => this.#leave(), { signal });
    window.addEventListener("pageshow", ({ persisted }) => persisted && this.#enter(), { signal });
    this.#enter();
  }

  stop() {
    this.#listening.abort();
    this.#leave();
  }

  /** Tell the other tabs. */
  tell(news) {
    this.#channel?.postMessage(news);
  }

  #enter() {
    if (!navigator.locks) {
      this.#turn(true);
      return;
    }
    this.#channel = new BroadcastChannel(this.#name);
    this.#channel.addEventListener("message", ({ data }) => {
      if (data === UNSEEN) this.#take();
      else this.#onNews(data);
    });
    this.#request({ steal: !document.hidden });
  }

  #leave() {
    this.#waiting?.abort();
    this.#waiting = null;
    this.#letGo();
    this.#turn(false);
    this.#channel?.close();
    this.#channel = null;
  }

  #seenOrNot() {
    if (!document.hidden) this.#take();
    else if (this.#works) this.tell(UNSEEN);
  }

  #take() {
    if (this.#channel && !document.hidden && !this.#works) this.#request({ steal: true });
  }

  async #request({ steal }) {
    this.#waiting?.abort();
    const waiting = new AbortController();
    this.#waiting = waiting;
    const options = steal ? { steal } : { signal: waiting.signal };
    try {
      await navigator.locks.request(this.#name, options, () => {
        if (this.#waiting === waiting) return this.#hold();
        return null; // left in the meantime
      });
    } catch {
      if (this.#waiting !== waiting) return; // this tab asked anew, or was left
      this.#turn(false);
      this.#request({ steal: false });
    }
  }

  #hold() {
    this.#turn(true);
    if (document.hidden) this.tell(UNSEEN);
    return new Promise((resolve) => {
      this.#letGo = resolve;
    });
  }

  #turn(works) {
    if (works === this.#works) return;
    this.#works = works;
    this.#onTurn(works);
  }
}
