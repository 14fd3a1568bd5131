// <inbox-list>: the conversations. Fetched anew, as the server renders them, when the unread
// totals change; older ones are loaded while scrolling. Where one was is kept for Back.

import { requestPage } from "../lib/api.js";
import { InboxRows } from "../lib/inbox-rows.js";
import { ListPlace } from "../lib/list-place.js";

const SETTLE_MS = 400;
const AHEAD_PX = 800;

class InboxList extends HTMLElement {
  #rows;
  #pane;
  #totals = null;
  #timer = null;
  #loading = null;
  #listening = new AbortController();
  #endNear;

  connectedCallback() {
    const { signal } = this.#listening;
    this.#pane = this.closest("[data-pane]");
    this.#rows = new InboxRows(this, this.dataset.url);
    this.#endNear = new IntersectionObserver((entries) => this.#nearEnd(entries), {
      root: this.#pane,
      rootMargin: `${AHEAD_PX}px`,
    });
    this.#watchEnd();
    document.addEventListener("unread", ({ detail }) => this.#note(detail), { signal });
    document.addEventListener("messages", () => this.#refreshSoon(), { signal });
    this.addEventListener("click", (event) => this.#clicked(event));
    this.addEventListener("keydown", (event) => this.#pressed(event));
    const place = new ListPlace(this, this.#pane, this.#rows);
    place.restore(() => this.#loadOlder());
    window.addEventListener("pagehide", () => place.keep(), { signal });
  }

  disconnectedCallback() {
    this.#listening.abort();
    this.#endNear.disconnect();
    clearTimeout(this.#timer);
  }

  /** Show the rows of another address of the inbox from now on: those of its page. */
  show(url, page) {
    this.dataset.url = url;
    this.#pane.scrollTop = 0; // while nothing has changed: after it, this would lay out everything
    this.#rows.clear();
    this.#merge(page, url);
  }

  #note({ messages, conversations }) {
    const totals = `${messages} ${conversations}`;
    const isNews = this.#totals === null ? this.#unread !== messages : this.#totals !== totals;
    this.#totals = totals;
    if (isNews) this.#refreshSoon();
  }

  /** Once for a burst, and not where nobody sees the list. */
  #refreshSoon() {
    clearTimeout(this.#timer);
    if (this.checkVisibility()) this.#timer = setTimeout(() => this.#refresh(), SETTLE_MS);
  }

  /** What the rows say themselves: the page may have been made just before a message came. */
  get #unread() {
    return this.#rows.all.reduce((sum, row) => sum + Number(row.dataset.unread), 0);
  }

  /** Anew: the top, where what is new stands, and the part that is looked at. */
  async #refresh() {
    const url = this.dataset.url;
    const row = this.#rows.inView(this.#pane);
    for (const part of new Set([url, row ? this.#rows.originOf(row) : url])) {
      const page = await requestPage(part).catch(() => null);
      if (url !== this.dataset.url) return;
      if (page) this.#merge(page, part);
    }
  }

  /** `isEnd`: the part that was asked for by what stands below the last row. */
  #merge(page, url, isEnd = false) {
    const fresh = page.querySelector("inbox-list");
    if (!fresh) return;
    this.#keepCurrent(fresh);
    const rows = [...document.adoptNode(fresh.querySelector("ul")).children];
    const more = fresh.querySelector(".inbox-more");
    this.#rows.merge(rows, url, { isLast: !more });
    const last = this.#rows.last?.dataset.conversation;
    if (isEnd || last === rows.at(-1)?.dataset.conversation) this.#replaceEnd(more, fresh.querySelector(".empty"));
  }

  /** Below the last row: the way to older ones, or that there is none at all. */
  #replaceEnd(...parts) {
    for (const part of this.#end) part.remove();
    this.append(...parts.filter(Boolean));
    this.#watchEnd();
  }

  /** What stands below the lists. Looking for it in them takes long where there are thousands of rows. */
  get #end() {
    return [...this.children].filter((each) => !each.matches("ul"));
  }

  get #more() {
    return this.#end.find((each) => each.matches(".inbox-more"));
  }

  #watchEnd() {
    this.#endNear.disconnect();
    const more = this.#more;
    if (more) this.#endNear.observe(more);
  }

  #nearEnd(entries) {
    if (entries.some(({ isIntersecting }) => isIntersecting)) this.#loadOlder();
  }

  #loadOlder() {
    this.#loading ??= this.#load().finally(() => {
      this.#loading = null;
    });
    return this.#loading;
  }

  /** Whether there was a part to load, and it came. */
  async #load() {
    const link = this.#more?.querySelector("a");
    const listed = this.dataset.url;
    const page = link && (await requestPage(link.href).catch(() => null));
    if (!page || listed !== this.dataset.url) return false;
    this.#merge(page, link.getAttribute("href"), true);
    // Only now: what comes into view while something is loading would go unnoticed.
    this.#loading = null;
    this.#watchEnd();
    return true;
  }

  #clicked(event) {
    if (!event.target.closest(".inbox-more a")) return;
    event.preventDefault();
    this.#loadOlder();
  }

  /** Up and down lead from row to row; Tab leads into a row's menu and on. */
  #pressed(event) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step || !event.target.matches(".inbox-link")) return;
    event.preventDefault();
    const rows = this.#rows.all;
    rows[rows.indexOf(event.target.closest("li")) + step]?.querySelector("a").focus();
  }

  /** The inbox's own rows know no open conversation; beside one, its row stays marked. */
  #keepCurrent(fresh) {
    const current = document.querySelector("live-conversation")?.dataset.conversationId;
    if (!current) return;
    for (const menu of fresh.querySelectorAll("details.menu")) menu.remove();
    fresh.querySelector(`[data-conversation="${current}"] a`)?.setAttribute("aria-current", "page");
  }
}

customElements.define("inbox-list", InboxList);
