// <unread-badge>: how many messages wait, in the header and in the tab's title. Asks for itself,
// except beside an open conversation, whose poll brings the numbers.

import { request } from "../lib/api.js";
import { Poller } from "../lib/poller.js";

class UnreadBadge extends HTMLElement {
  #poller = null;
  #listening = new AbortController();

  connectedCallback() {
    const { signal } = this.#listening;
    document.addEventListener("unread", ({ detail }) => this.#show(detail.messages), { signal });
    this.#show(Number(this.querySelector(".count").dataset.unreadMessages));
    if (document.querySelector("live-conversation")) return;
    this.#poller = new Poller(() => this.#ask(), { interval: Number(this.dataset.interval) });
    this.#poller.start();
  }

  disconnectedCallback() {
    this.#listening.abort();
    this.#poller?.stop();
  }

  async #ask() {
    const response = await request("GET", this.dataset.url);
    const totals = await response.json();
    document.dispatchEvent(new CustomEvent("unread", { detail: totals }));
    return {};
  }

  #show(messages) {
    for (const part of this.children) part.hidden = messages === 0;
    const count = this.querySelector(".count");
    count.dataset.unreadMessages = messages;
    count.textContent = messages;
    const title = document.title.replace(/^\(\d+\) /, "");
    document.title = messages ? `(${messages}) ${title}` : title;
  }
}

customElements.define("unread-badge", UnreadBadge);
