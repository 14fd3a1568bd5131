// <live-conversation>: ties a conversation's parts together. The poll is the only source of what
// is stored; everything else only makes it come sooner.

import "./connection-status.js";
import "./message-composer.js";
import "./message-log.js";
import { request } from "../lib/api.js";
import { Outbox } from "../lib/outbox.js";
import { Poller } from "../lib/poller.js";
import { ReadMark } from "../lib/read-mark.js";

class LiveConversation extends HTMLElement {
  #reader;
  #cursor;
  #etag = null;
  #log;
  #status;
  #typing;
  #poller;
  #outbox;
  #readMark;

  connectedCallback() {
    // An older part, as one pages through it without scripts: with them it comes by scrolling.
    if (new URLSearchParams(location.search).has("before")) location.replace(location.pathname);
    const { reader, cursor, readSeq, interval } = this.dataset;
    this.#reader = Number(reader);
    this.#cursor = Number(cursor);
    this.#log = this.querySelector("message-log");
    this.#status = this.querySelector("connection-status");
    this.#typing = this.querySelector("#typing");
    this.#startReading(Number(readSeq));
    this.#startWriting();
    this.#poller = new Poller(() => this.#poll(), {
      interval: Number(interval),
      onState: (state) => this.#show(state),
    });
    this.#poller.start();
  }

  disconnectedCallback() {
    this.#poller.stop();
    this.#readMark.stop();
  }

  get #api() {
    return `/api/v1/conversations/${this.dataset.conversationId}`;
  }

  #startReading(readSeq) {
    this.#readMark = new ReadMark({
      root: this.#log,
      readSeq,
      save: async (seq) => {
        const response = await request("PUT", `${this.#api}/read`, { json: { seq } });
        this.#tellUnread((await response.json()).unread);
      },
    });
    const watch = (element) => {
      if (Number(element.dataset.sender) !== this.#reader) this.#readMark.watch(element);
    };
    this.#log.start({ reader: this.#reader, readSeq, onShown: watch });
    this.#log.list.elements.forEach(watch);
  }

  #startWriting() {
    this.#outbox = new Outbox({
      key: `${this.#reader}:${this.dataset.conversationId}`,
      post: (item) => this.#post(item),
      onSent: (_item, stored) => {
        this.#log.list.confirm(stored);
        this.#poller.now();
      },
      onFailed: (item, sentence) => this.#log.list.markPending(item.client_id, "failed", sentence),
    });
    for (const item of this.#outbox.items) this.#restore(item);
    this.addEventListener("write", ({ detail }) => {
      this.#log.write(this.#outbox.add(detail));
      this.#outbox.flush();
    });
    this.addEventListener("click", (event) => this.#decide(event.target));
    this.#outbox.flush();
  }

  /** A message an earlier page left unsent, unless it was stored and only the answer got lost. */
  #restore(item) {
    if (this.#log.list.hasStored(item.client_id)) {
      this.#outbox.remove(item.client_id);
      return;
    }
    this.#log.write(item);
    if (item.refused !== null) this.#log.list.markPending(item.client_id, "failed", item.refused);
  }

  async #post({ body, client_id }) {
    const response = await request("POST", `${this.#api}/messages`, { json: { body, client_id } });
    return response.json();
  }

  /** Retry or Discard, inside a message that was not sent. */
  #decide(target) {
    const clientId = target.closest("[data-client-id]")?.dataset.clientId;
    if (target.closest("[data-retry]")) {
      this.#log.list.markPending(clientId, "sending");
      this.#outbox.retry(clientId);
    } else if (target.closest("[data-discard]")) {
      this.#outbox.remove(clientId);
      this.#log.list.removePending(clientId);
    }
  }

  async #poll() {
    const url = `/messages/${this.dataset.conversationId}/poll?after=${this.#cursor}`;
    const response = await request("GET", url, { etag: this.#etag });
    const interval = Number(response.headers.get("Poll-Interval"));
    if (response.status === 304) return { interval };
    const news = await response.json();
    if (news.reset) {
      location.reload();
      return {};
    }
    this.#apply(news);
    this.#cursor = news.cursor;
    this.#etag = response.headers.get("ETag");
    return { more: news.has_more, interval };
  }

  #apply({ messages, participants, unread }) {
    this.#log.apply(messages);
    for (const { sender, client_id } of messages) {
      if (sender.id === this.#reader) this.#outbox.settle(client_id);
    }
    const others = participants.filter(({ id }) => id !== this.#reader);
    if (others.length) this.#log.list.markReceipts(Math.min(...others.map((each) => each.read_seq)));
    this.#typing.hidden = !others.some((each) => each.typing);
    this.#tellUnread(unread);
  }

  #tellUnread(unread) {
    document.dispatchEvent(new CustomEvent("unread", { detail: unread }));
  }

  /** Signed in again in another tab: this page's form tokens are of the old session. */
  #show(state) {
    if (this.#status.state === "signed-out" && state === "online") {
      location.reload();
      return;
    }
    if (this.#status.state !== "online" && state === "online") this.#outbox.flush();
    this.#status.state = state;
  }
}

customElements.define("live-conversation", LiveConversation);
