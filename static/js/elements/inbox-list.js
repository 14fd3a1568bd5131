// <inbox-list>: the rows, fetched anew as the server renders them when the unread totals change.

import { requestPage } from "../lib/api.js";
import { localize } from "../lib/time.js";

const SETTLE_MS = 400;

class InboxList extends HTMLElement {
  #totals = null;
  #timer = null;
  #listening = new AbortController();

  connectedCallback() {
    const { signal } = this.#listening;
    document.addEventListener("unread", ({ detail }) => this.#note(detail), { signal });
  }

  disconnectedCallback() {
    this.#listening.abort();
    clearTimeout(this.#timer);
  }

  /** Show the rows of another address of the inbox from now on. */
  async show(url) {
    this.dataset.url = url;
    await this.#refresh();
  }

  #note({ messages, conversations }) {
    const totals = `${messages} ${conversations}`;
    const isNews = this.#totals === null ? this.#unread !== messages : this.#totals !== totals;
    this.#totals = totals;
    if (!isNews || !this.checkVisibility()) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#refresh(), SETTLE_MS);
  }

  /** What the rows say themselves: the page may have been made just before a message came. */
  get #unread() {
    const rows = [...this.querySelectorAll("[data-unread]")];
    return rows.reduce((sum, row) => sum + Number(row.dataset.unread), 0);
  }

  async #refresh() {
    const asked = this.dataset.url;
    const page = await requestPage(asked).catch(() => null);
    const fresh = page?.querySelector("inbox-list");
    if (!fresh || asked !== this.dataset.url) return;
    this.#keepCurrent(fresh);
    const focused = this.contains(document.activeElement) && document.activeElement.getAttribute("href");
    this.replaceChildren(...document.adoptNode(fresh).childNodes);
    localize(this);
    if (focused) this.#link(this, focused)?.focus();
  }

  /** The inbox's own rows know no open conversation; beside one, its row stays marked. */
  #keepCurrent(fresh) {
    const href = this.querySelector("[aria-current]")?.getAttribute("href");
    if (!href) return;
    for (const form of fresh.querySelectorAll(".inbox-archive")) form.remove();
    this.#link(fresh, href)?.setAttribute("aria-current", "page");
  }

  #link(root, href) {
    return root.querySelector(`a[href="${CSS.escape(href)}"]`);
  }
}

customElements.define("inbox-list", InboxList);
