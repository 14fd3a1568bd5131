// <unread-badge>: how many messages wait, in the header and in the tab's title.
//
// One tab asks for all of the browser: see one-tab.js. Beside an open conversation nothing is
// asked for at all, because the conversation's own poll brings the numbers. They travel as
// "unread" events of the document: the conversation sends them, the inbox listens too. What a tab
// finds out that is not the working one, it does not tell: it asks the working tab to look, so
// that all tabs show numbers from one source and in one order.

import { Alerts } from "../lib/alerts.js";
import { request } from "../lib/api.js";
import { OneTab } from "../lib/one-tab.js";
import { Poller } from "../lib/poller.js";

class UnreadBadge extends HTMLElement {
  #tabs;
  #alerts;
  #poller = null;
  #shown = null; // the totals this tab was told last
  #listening = new AbortController();

  connectedCallback() {
    const { user, sound, notifications, inbox } = this.dataset;
    const { signal } = this.#listening;
    document.addEventListener("unread", ({ detail }) => this.#heard(detail), { signal });
    this.#show(this.#number);
    this.#tabs = new OneTab(`unread:${user}`, {
      onTurn: (works) => this.#turn(works),
      onNews: (news) => this.#told(news),
    });
    this.#alerts = new Alerts({
      sound: sound !== undefined,
      notifications: notifications !== undefined,
      url: inbox,
      onLooked: (known) => this.#tabs.tell({ known }),
    });
    this.#tabs.start();
  }

  disconnectedCallback() {
    this.#listening.abort();
    this.#tabs.stop();
  }

  get #number() {
    return Number(this.querySelector(".count").dataset.unreadMessages);
  }

  #turn(works) {
    this.#poller?.stop();
    this.#poller = null;
    if (!works) return;
    this.#alerts.note(this.#number);
    if (document.querySelector("live-conversation")) return;
    const interval = Number(this.dataset.interval);
    this.#poller = new Poller(() => this.#ask(), {
      interval,
      onState: (state) => this.#connected(state),
    });
    this.#poller.start();
    // A page that was just loaded has brought the number.
    if (performance.now() > interval * 1000) this.#poller.now();
  }

  async #ask() {
    const response = await request("GET", this.dataset.url);
    this.#spread(await response.json());
    return {};
  }

  #told({ totals, known, look, state }) {
    if (known) this.#alerts.adopt(known);
    if (state) this.#say(state);
    if (totals) this.#announce(totals);
    if (!look || !this.#tabs.works) return;
    if (this.#poller) this.#poller.now();
    else this.#ask().catch(() => {}); // the conversation's next poll brings it
  }

  /** The working tab knows: show it here and in all other tabs, and sound. */
  #spread(totals) {
    this.#announce(totals);
    this.#tabs.tell({ totals });
    this.#alerts.note(totals.messages);
  }

  #announce(totals) {
    this.#shown = totals;
    document.dispatchEvent(new CustomEvent("unread", { detail: totals }));
  }

  #heard(totals) {
    this.#show(totals.messages);
    if (totals === this.#shown) return;
    const { messages, conversations } = this.#shown ?? {};
    const isNews = totals.messages !== messages || totals.conversations !== conversations;
    this.#shown = totals;
    if (this.#tabs.works) {
      this.#tabs.tell({ totals });
      this.#alerts.note(totals.messages);
    } else if (isNews) this.#tabs.tell({ look: true });
  }

  #connected(state) {
    this.#say(state);
    this.#tabs.tell({ state });
  }

  /** For a <connection-status> on a page without a conversation. */
  #say(state) {
    document.dispatchEvent(new CustomEvent("connection", { detail: state }));
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
