// <live-conversation>: ties a conversation's parts together. The poll is the only source of what
// is stored; everything else only makes it come sooner.

import "./connection-status.js";
import "./last-seen.js";
import "./message-composer.js";
import "./message-log.js";
import "./sign-in-dialog.js";
import "./typing-line.js";
import "./unsent-text.js";
import { renewTokens, request } from "../lib/api.js";
import { renewParts } from "../lib/page-parts.js";
import { Poller } from "../lib/poller.js";
import { ReadMark } from "../lib/read-mark.js";
import { TypingNotice } from "../lib/typing-notice.js";
import { Writing } from "../lib/writing.js";

class LiveConversation extends HTMLElement {
  #reader;
  #cursor;
  #closed;
  #isOutOfDate = false; // the parts around the messages
  #etag = null;
  #log;
  #status;
  #signIn;
  #typing;
  #poller;
  #writing;
  #readMark;

  connectedCallback() {
    // An older part, as one pages through it without scripts: with them it comes by scrolling.
    if (new URLSearchParams(location.search).has("before")) location.replace(location.pathname);
    const { reader, cursor, readSeq, interval, closed } = this.dataset;
    this.#reader = Number(reader);
    this.#cursor = Number(cursor);
    this.#closed = closed || null;
    this.#log = this.querySelector("message-log");
    this.#status = this.querySelector("connection-status");
    this.#typing = this.querySelector("typing-line");
    this.#poller = new Poller(() => this.#poll(), {
      interval: Number(interval),
      onState: (state) => this.#show(state),
    });
    this.#startReading(Number(readSeq));
    this.#startWriting();
    this.#startSigningIn();
    this.#poller.start();
  }

  disconnectedCallback() {
    this.#poller.stop();
    this.#readMark.stop();
    this.#writing.stop();
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
    const onShown = (element) => {
      if (Number(element.dataset.sender) !== this.#reader) this.#readMark.watch(element);
    };
    this.#log.start({ reader: this.#reader, readSeq, onShown });
  }

  #startWriting() {
    const notice = new TypingNotice(() => request("PUT", `${this.#api}/typing`));
    this.#writing = new Writing({
      log: this.#log,
      url: `${this.#api}/messages`,
      key: `${this.#reader}:${this.dataset.conversationId}`,
      onSent: () => this.#poller.now(),
    });
    this.addEventListener("input", ({ target }) => target.name === "body" && notice.note(target.value));
    this.addEventListener("write", ({ detail }) => {
      this.#writing.add(detail);
      this.querySelector(".first-contact")?.remove();
      notice.end();
    });
    this.addEventListener("click", ({ target }) => this.#writing.decide(target));
  }

  #startSigningIn() {
    this.#signIn = document.querySelector("sign-in-dialog");
    this.#signIn.addEventListener("signed-in", () => this.#poller.now());
    this.#status.querySelector('[data-when="signed-out"]').addEventListener("click", (event) => {
      event.preventDefault();
      this.#signIn.open(event.currentTarget.href);
    });
  }

  async #poll() {
    const url = `/messages/${this.dataset.conversationId}/poll?after=${this.#cursor}`;
    const response = await request("GET", url, { etag: this.#etag });
    // Signed in again, here or in another tab: this page's form tokens are of the old session.
    if (this.#status.state === "signed-out") await renewTokens();
    const interval = Number(response.headers.get("Poll-Interval"));
    if (response.status === 304) {
      this.#typing.show();
      this.#keepUp();
      return { interval };
    }
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

  #apply({ messages, participants, unread, closed }) {
    this.#log.apply(messages);
    this.#writing.settle(messages.filter(({ sender }) => sender.id === this.#reader));
    this.#showOthers(participants.filter(({ id }) => id !== this.#reader), messages);
    if (messages.length) this.#noteMessages();
    this.#isOutOfDate ||= closed !== this.#closed || messages.some(({ kind }) => kind !== "text");
    this.#closed = closed;
    this.#keepUp();
    this.#tellUnread(unread);
  }

  #showOthers(others, messages) {
    this.#log.list.status.readBy(others);
    const written = new Set(messages.map(({ sender }) => sender.id));
    this.#typing.show(others.filter((each) => each.typing && !written.has(each.id)).map(({ name }) => name));
    if (others.length) this.querySelector("last-seen")?.show(others[0]);
  }

  /** Have head and composer say what holds now; when that fails, after the next poll. */
  async #keepUp() {
    if (!this.#isOutOfDate) return;
    this.#isOutOfDate = false;
    await renewParts(this).catch(() => (this.#isOutOfDate = true));
  }

  #noteMessages() {
    this.querySelector(".first-contact")?.remove();
    document.dispatchEvent(new CustomEvent("messages")); // for the list of conversations beside
  }

  #tellUnread(unread) {
    document.dispatchEvent(new CustomEvent("unread", { detail: unread }));
  }

  #show(state) {
    const isBack = this.#status.state !== "online" && state === "online";
    if (isBack && this.#status.state === "gone") location.reload(); // another part of it is theirs now
    this.#status.state = state;
    if (!isBack) return;
    this.#signIn.close();
    this.#writing.flush();
  }
}

customElements.define("live-conversation", LiveConversation);
