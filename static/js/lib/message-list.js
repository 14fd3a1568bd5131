// The messages on the page, each once: stored ones by their seq, own ones on their way by their
// client id.

import { arrange, elementOf, renew, setStatus } from "./message-element.js";

export class MessageList {
  #list;
  #reader;
  #templates;
  #labels;
  #onShown;
  #newMark;
  #readSeq = Infinity;
  #receiptSeq = 0;
  #heldBack = null; // changes of messages that the history is just bringing

  /** @param onShown told of each stored message's element that was put on the page. */
  constructor(log, { reader, onShown }) {
    this.#list = log.querySelector("ol");
    this.#reader = reader;
    this.#labels = log.dataset;
    this.#onShown = onShown;
    const template = (name) => log.querySelector(`template[data-${name}]`).content.firstElementChild;
    this.#templates = { own: template("own"), day: template("day") };
    this.#newMark = template("new");
    for (const element of this.#list.children) this.#arrange(element);
  }

  get elements() {
    return [...this.#list.children];
  }

  /** The seq of the oldest message on the page; without any, every message is new. */
  get oldest() {
    return Number(this.#list.querySelector("[data-seq]")?.dataset.seq ?? 0);
  }

  /** Whether an own message is stored and shown already. */
  hasStored(clientId) {
    return this.#list.querySelector(`[data-seq][data-key="${CSS.escape(clientId)}"]`) !== null;
  }

  /** Show an own message before it is stored. */
  addPending({ client_id, body, written_at }) {
    const element = this.#templates.own.cloneNode(true);
    element.dataset.clientId = client_id;
    element.dataset.key = client_id;
    element.querySelector(".body").textContent = body;
    element.querySelector("time").dateTime = new Date(written_at).toISOString();
    this.#list.append(element);
    this.#arrange(element);
  }

  /** The state of an own message on its way: "sending" or "failed", with a sentence or none. */
  markPending(clientId, status, sentence = "") {
    const element = this.#pending(clientId);
    if (!element) return;
    setStatus(element, status, this.#labels);
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
    setStatus(element, "sent", this.#labels);
    this.#place(element, seq);
  }

  /** Take in what the poll brought; how many messages of others are new. */
  apply(items) {
    let news = 0;
    for (const item of items) {
      const shown = this.#stored(item.seq) ?? this.#pendingOf(item);
      if (shown) this.#renew(shown, item);
      else if (item.seq < this.oldest) this.#heldBack?.push(item);
      else {
        this.#place(elementOf(item), item.seq);
        news += item.sender.id === this.#reader ? 0 : 1;
      }
    }
    return news;
  }

  /** The history is asked for: remember what changes until it is here. */
  expectHistory() {
    this.#heldBack = [];
  }

  /** Put older messages before the others, and then what changed while they were on their way. */
  prepend(items) {
    for (const item of items) {
      if (!this.#stored(item.seq)) this.#place(elementOf(item), item.seq);
    }
    const overtaken = this.#heldBack.filter((item) => this.#stored(item.seq));
    this.#heldBack = null;
    this.apply(overtaken);
    this.markNew(this.#readSeq);
  }

  /** How far the others have read. */
  markReceipts(receiptSeq) {
    if (receiptSeq <= this.#receiptSeq) return;
    this.#receiptSeq = receiptSeq;
    for (const element of this.#list.querySelectorAll('[data-seq][data-status="sent"]')) {
      this.#markReceipt(element);
    }
  }

  /** Draw the line before the first unread message of another; the element, if there is one. */
  markNew(readSeq) {
    this.#readSeq = readSeq;
    const first = this.elements.find(
      ({ dataset }) => Number(dataset.seq) > readSeq && Number(dataset.sender) !== this.#reader,
    );
    if (!first || first.contains(this.#newMark)) return first;
    const earlier = this.#newMark.closest("li");
    first.querySelector(".bubble").before(this.#newMark);
    for (const element of [first, earlier]) if (element) this.#arrange(element);
    return first;
  }

  #stored(seq) {
    return this.#list.querySelector(`[data-seq="${Number(seq)}"]`);
  }

  #pending(clientId) {
    return this.#list.querySelector(`[data-client-id="${CSS.escape(clientId)}"]`);
  }

  #pendingOf(item) {
    return item.sender.id === this.#reader ? this.#pending(item.client_id) : null;
  }

  #renew(element, item) {
    if (item.version > Number(element.dataset.version ?? -1)) {
      this.#place(renew(element, elementOf(item)), item.seq);
    }
  }

  /** Put an element after all lower seqs and before what is not stored yet. */
  #place(element, seq) {
    const before = this.elements.findLast((each) => Number(each.dataset.seq) < seq);
    const place = before ? before.nextElementSibling : this.#list.firstElementChild;
    if (place !== element) this.#list.insertBefore(element, place);
    this.#arrange(element);
    if (element.nextElementSibling) this.#arrange(element.nextElementSibling);
    this.#markReceipt(element);
    this.#onShown(element);
  }

  #markReceipt(element) {
    const { seq, status } = element.dataset;
    if (status === "sent" && Number(seq) <= this.#receiptSeq) setStatus(element, "read", this.#labels);
  }

  #arrange(element) {
    arrange(element, this.#templates.day);
  }
}
