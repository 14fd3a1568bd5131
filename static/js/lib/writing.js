// One's own messages: from the composer into the outbox and onto the page, and what becomes of
// them there.

import { request } from "./api.js";
import { Outbox } from "./outbox.js";

export class Writing {
  #log;
  #url;
  #outbox;

  /**
   * @param log the page's <message-log>.
   * @param url where messages are posted.
   * @param key names person and conversation.
   * @param onSent told when one is stored.
   */
  constructor({ log, url, key, onSent }) {
    this.#log = log;
    this.#url = url;
    this.#outbox = new Outbox({
      key,
      post: (item) => this.#post(item),
      onSent: (_item, stored) => {
        this.#log.list.confirm(stored);
        onSent();
      },
      onFailed: (item, sentence) => this.#log.list.markPending(item.client_id, "failed", sentence),
    });
    for (const item of this.#outbox.items) this.#restore(item);
    this.#outbox.flush();
  }

  /** Show a message `{body, attachments}` and send it as soon as that is possible. */
  add(message) {
    this.#log.write(this.#outbox.add(message));
    this.#outbox.flush();
  }

  /** Try again what waits: the connection is back. */
  flush() {
    this.#outbox.flush();
  }

  /** The page is over. */
  stop() {
    this.#outbox.stop();
  }

  /** The poll brought these: an own one among them is stored, even if its answer got lost. */
  settle(messages) {
    for (const { client_id } of messages) this.#outbox.settle(client_id);
  }

  /** Retry or Discard, inside a message that was not sent. */
  decide(target) {
    const clientId = target.closest("[data-client-id]")?.dataset.clientId;
    if (target.closest("[data-retry]")) {
      this.#log.list.markPending(clientId, "sending");
      this.#outbox.retry(clientId);
    } else if (target.closest("[data-discard]")) {
      this.#outbox.remove(clientId);
      this.#log.list.removePending(clientId);
    }
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

  async #post({ body, client_id, attachments }) {
    const json = { body, client_id, attachment_ids: attachments.map(({ id }) => id) };
    const response = await request("POST", this.#url, { json });
    return response.json();
  }
}
