// How far one's own messages are: sent, or read. Only the last one shows it.

import { setStatus } from "./message-element.js";

export class OwnStatus {
  #log;
  #receiptSeq = 0;
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
  }

  /** The others have read up to here. */
  readUpTo(receiptSeq) {
    if (receiptSeq <= this.#receiptSeq) return;
    this.#receiptSeq = receiptSeq;
    for (const element of this.#log.querySelectorAll('[data-seq][data-status="sent"]')) {
      this.#markRead(element);
    }
  }

  #markRead(element) {
    const isRead = element.dataset.status === "sent" && seqOf(element) <= this.#receiptSeq;
    if (isRead) this.show(element, "read");
  }
}

function seqOf(element) {
  return Number(element.dataset.seq);
}
