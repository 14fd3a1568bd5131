// <message-log>: the scrolling list. Stays at the bottom when it is there, and in place when not.

import { request } from "../lib/api.js";
import { MessageList } from "../lib/message-list.js";

const NEAR_PX = 80;
const CONTEXT_PX = 120;

class MessageLog extends HTMLElement {
  #list;
  #older = null;
  #pill;
  #unseen = 0;
  #atEnd = true;
  #resizes = new ResizeObserver(() => this.#atEnd && this.toEnd());
  #topReached = new IntersectionObserver(([entry]) => entry.isIntersecting && this.#loadOlder(), {
    root: this,
    rootMargin: "200px",
  });

  /** Begin, once the page's other parts are there. */
  start({ reader, readSeq, onShown }) {
    this.#pill = this.parentElement.querySelector(".pill");
    this.#list = new MessageList(this, { reader, onShown });
    this.#openAt(this.#list.markNew(readSeq));
    this.addEventListener("scroll", () => this.#noteEnd(), { passive: true });
    this.#pill.addEventListener("click", () => this.toEnd());
    this.#resizes.observe(this);
    this.#older = this.querySelector(".older");
    this.#older?.addEventListener("click", (event) => {
      event.preventDefault();
      this.#loadOlder();
    });
    if (this.#older) this.#topReached.observe(this.#older);
  }

  disconnectedCallback() {
    this.#resizes.disconnect();
    this.#topReached.disconnect();
  }

  get list() {
    return this.#list;
  }

  /** Take in the poll's messages; afterwards at the end again, or with a hint at what is new. */
  apply(items) {
    const wasAtEnd = this.#atEnd;
    const news = this.#list.apply(items);
    if (items.length) this.querySelector(".empty")?.remove();
    if (wasAtEnd) this.toEnd();
    else if (news) this.#hint(this.#unseen + news);
  }

  /** An own message always leads to the end. */
  write(item) {
    this.querySelector(".empty")?.remove();
    this.#list.addPending(item);
    this.toEnd();
  }

  toEnd() {
    this.scrollTop = this.scrollHeight;
    this.#atEnd = true;
    this.#hint(0);
  }

  #openAt(firstNew) {
    if (!firstNew) return this.toEnd();
    this.scrollTop += firstNew.getBoundingClientRect().top - this.getBoundingClientRect().top - CONTEXT_PX;
    return this.#noteEnd();
  }

  #noteEnd() {
    this.#atEnd = this.scrollHeight - this.scrollTop - this.clientHeight < NEAR_PX;
    if (this.#atEnd) this.#hint(0);
  }

  #hint(count) {
    this.#unseen = count;
    this.#pill.hidden = count === 0;
    const { one, other } = this.#pill.dataset;
    this.#pill.textContent = `${count === 1 ? one : other.replace("{count}", count)} ↓`;
  }

  /** Older messages come above without moving what is being read. */
  async #loadOlder() {
    const link = this.#older;
    if (!link || link.ariaBusy === "true") return;
    link.ariaBusy = "true";
    try {
      await this.#prepend(`${link.dataset.url}?before=${this.#list.oldest}`);
    } catch {
      // The link stays, to be tried again.
    } finally {
      link.ariaBusy = "false";
    }
  }

  async #prepend(url) {
    this.#list.expectHistory();
    const response = await request("GET", url);
    const { messages, has_more: hasMore } = await response.json();
    const fromEnd = this.scrollHeight - this.scrollTop;
    this.#list.prepend(messages);
    if (!hasMore) this.#hideOlder();
    this.scrollTop = this.scrollHeight - fromEnd;
  }

  /** Not removed: a log that loses its first child has all of its messages styled anew. */
  #hideOlder() {
    this.#topReached.disconnect();
    this.#older.hidden = true;
    this.#older = null;
  }
}

customElements.define("message-log", MessageLog);
