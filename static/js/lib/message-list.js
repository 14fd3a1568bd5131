// The messages on the page, each once: stored ones by their seq, own ones on their way by their
// client id. Nothing that is done to one of them looks at all.

import { arrange, elementOf, renew } from "./message-element.js";
import { MessagePages } from "./message-pages.js";
import { NewMark } from "./new-mark.js";
import { ownElement } from "./own-message.js";
import { OwnStatus } from "./own-status.js";

export class MessageList {
  #log;
  #pages;
  #reader;
  #templates;
  #onShown;
  #newMark;
  #status;
  #oldest; // without any message, every one is new
  #heldBack = null; // changes of messages that the history is just bringing

  /** @param onShown told of each stored message's element that was put on the page. */
  constructor(log, { reader, onShown }) {
    this.#log = log;
    this.#reader = reader;
    this.#onShown = onShown;
    this.#status = new OwnStatus(log);
    const template = (name) => log.querySelector(`template[data-${name}]`).content.firstElementChild;
    this.#templates = { own: template("own"), day: template("day") };
    this.#takeOver(log.querySelector("ol"));
    this.#newMark = new NewMark(template("new"), this.#pages, reader);
  }

  /** The seq of the oldest message on the page. */
  get oldest() {
    return this.#oldest;
  }

  /** How far one's own messages are. */
  get status() {
    return this.#status;
  }

  /** Whether an own message is stored and shown already. */
  hasStored(clientId) {
    return this.#log.querySelector(`[data-seq][data-key="${CSS.escape(clientId)}"]`) !== null;
  }

  /** Show an own message before it is stored. */
  addPending(item) {
    const element = ownElement(this.#templates.own, item);
    this.#pages.newest.append(element);
    this.#arrange(element);
  }

  /** The state of an own message on its way: "sending" or "failed", with a sentence or none. */
  markPending(clientId, status, sentence = "") {
    const element = this.#pending(clientId);
    if (!element) return;
    this.#status.show(element, status);
    element.querySelector(".failure").hidden = status !== "failed";
    element.querySelector(".failure p").textContent = sentence;
  }

  removePending(clientId) {
    this.#pending(clientId)?.remove();
  }

  /** The server has an own message. Its HTML comes with the poll; version 0 lets it in. */
  confirm({ client_id, seq, created_at }) {
    const element = this.#pending(client_id);
    if (!element) return;
    if (this.#stored(seq)) {
      element.remove();
      return;
    }
    element.id = `m${seq}`;
    Object.assign(element.dataset, { seq, version: 0 });
    element.removeAttribute("data-client-id");
    element.querySelector(".failure").remove();
    element.querySelector("time").dateTime = created_at;
    this.#status.show(element, "sent");
    this.#place(element, seq);
  }

  /** Take in what the poll brought; how many messages of others are new. */
  apply(items) {
    let news = 0;
    for (const item of items) {
      const shown = this.#stored(item.seq) ?? this.#pendingOf(item);
      if (shown) this.#renew(shown, item);
      else if (item.seq < this.#oldest) this.#heldBack?.push(item);
      else {
        this.#place(elementOf(item), item.seq);
        news += item.sender.id === this.#reader || item.kind !== "text" ? 0 : 1;
      }
    }
    return news;
  }

  /** The history is asked for: remember what changes until it is here. */
  expectHistory() {
    this.#heldBack = [];
  }

  /** Put older messages before the others, and then what changed while they were on their way.
   * They are not news, and not read out. */
  prepend(items) {
    const list = this.#pages.older();
    const next = this.#stored(this.#oldest);
    for (const item of items) {
      const element = elementOf(item);
      element.setAttribute("aria-live", "off");
      this.#place(element, item.seq, list);
    }
    if (items.length) this.#oldest = items[0].seq;
    if (next) this.#arrange(next);
    const overtaken = this.#heldBack.filter((item) => this.#stored(item.seq));
    this.#heldBack = null;
    this.apply(overtaken);
    this.#drawNewMark();
  }

  /** Draw the line before the first unread message of another; the element, if there is one. */
  markNew(readSeq) {
    this.#newMark.start(readSeq);
    return this.#drawNewMark();
  }

  /** What the server rendered, with its days in UTC, becomes the reader's. */
  #takeOver(list) {
    for (const line of list.querySelectorAll("[data-line]")) line.remove();
    this.#oldest = Number(list.firstElementChild?.dataset.seq ?? 0);
    this.#pages = new MessagePages(list);
    this.#pages.expect(this.#oldest - 1);
    for (const element of list.children) {
      this.#arrange(element);
      this.#onShown(element);
    }
  }

  #drawNewMark() {
    const { first, changed } = this.#newMark.draw();
    for (const element of changed) this.#arrange(element);
    return first;
  }

  #stored(seq) {
    return this.#log.querySelector(`#m${Number(seq)}`);
  }

  #pending(clientId) {
    return this.#pages.newest.querySelector(`[data-client-id="${CSS.escape(clientId)}"]`);
  }

  #pendingOf(item) {
    return item.sender.id === this.#reader ? this.#pending(item.client_id) : null;
  }

  #renew(element, item) {
    if (item.version > Number(element.dataset.version ?? -1)) {
      this.#place(renew(element, elementOf(item)), item.seq);
    }
  }

  /** Put an element into a list, after all lower seqs and before what is not stored yet. */
  #place(element, seq, list = element.parentElement ?? this.#pages.newest) {
    const before = this.#before(seq, list);
    const place = before ? before.nextElementSibling : list.firstElementChild;
    if (place !== element) list.insertBefore(element, place);
    this.#arrange(element);
    if (element.nextElementSibling) this.#arrange(element.nextElementSibling);
    this.#status.placed(element);
    this.#onShown(element);
  }

  /** The last element of a lower seq in a list: nearly always that of the seq before. */
  #before(seq, list) {
    const neighbour = this.#stored(seq - 1);
    let element = neighbour?.parentElement === list ? neighbour : list.lastElementChild;
    while (element && !(Number(element.dataset.seq) < seq)) element = element.previousElementSibling;
    return element;
  }

  #arrange(element) {
    arrange(element, this.#pages.before(element), this.#templates.day);
  }
}
