// How far one's own messages are: sent, or read; in a group by how many. Only the last one shows it.

import { setStatus } from "./message-element.js";

export class OwnStatus {
  #log;
  #receiptSeq = 0;
  #readers = null; // unknown, until a poll told
  #latest;

  /** @param log carries the words as data, and the messages. */
  constructor(log) {
    this.#log = log;
    this.#latest = log.querySelector(".latest");
  }

  /** Any status of an own message's element. */
  show(element, status) {
    setStatus(element, status, this.#log.dataset);
  }

  /** An own message's element was put on the page. */
  placed(element) {
    this.#markRead(element);
    const isOlder = this.#latest?.isConnected && seqOf(this.#latest) > seqOf(element);
    if (!element.dataset.status || isOlder) return;
    this.#latest?.classList.remove("latest");
    element.classList.add("latest");
    this.#latest = element;
    this.#count();
  }

  /** What the others have read, as the poll tells it. */
  readBy(others) {
    this.#readers = others;
    this.#readUpTo(others.length ? Math.min(...others.map((each) => each.read_seq)) : 0);
    this.#count();
  }

  /** In a group the mark of all goes back too: when one who has read it blocks, or goes. */
  #readUpTo(receiptSeq) {
    if (receiptSeq < this.#receiptSeq && this.#log.dataset.readBy) this.#markUnread(receiptSeq);
    else if (receiptSeq <= this.#receiptSeq) return;
    this.#receiptSeq = receiptSeq;
    for (const element of this.#log.querySelectorAll('[data-seq][data-status="sent"]')) {
      this.#markRead(element);
    }
  }

  #markUnread(receiptSeq) {
    for (const element of this.#log.querySelectorAll('[data-seq][data-status="read"]')) {
      if (seqOf(element) > receiptSeq) this.show(element, "sent");
    }
  }

  /** In a group: by how many of those for whom it is there. */
  #count() {
    const { readBy, readByAll, sent } = this.#log.dataset;
    const element = this.#latest;
    if (!readBy || !this.#readers || !element?.dataset.seq) return;
    const seq = seqOf(element);
    const count = this.#readers.filter((each) => each.first_seq <= seq && seq <= each.read_seq).length;
    const all = seq <= this.#receiptSeq ? readByAll : readBy.replace("{count}", count);
    element.querySelector(".status span").textContent = count ? all : sent;
  }

  #markRead(element) {
    const isRead = element.dataset.status === "sent" && seqOf(element) <= this.#receiptSeq;
    if (isRead) this.show(element, "read");
  }
}

function seqOf(element) {
  return Number(element.dataset.seq);
}
