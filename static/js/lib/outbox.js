// Messages on their way: sent in order, one at a time, each under its own client id however often
// it is tried. What is in it survives a reload, and leaves it only when the server has it.

import { newClientId } from "./api.js";
import * as drafts from "./drafts.js";

const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 30_000;
const TRIES_UNTIL_SHOWN = 2;

export class Outbox {
  #items;
  #key;
  #post;
  #onSent;
  #onFailed;
  #sending = false;
  #stopped = false;
  #tries = 0;
  #timer = null;

  /**
   * @param key names person and conversation.
   * @param post sends an item; resolves to the stored message, rejects with a RequestError.
   * @param onSent told (item, stored).
   * @param onFailed told (item, sentence); the sentence is empty when there was no answer, and
   *   then the outbox goes on trying.
   */
  constructor({ key, post, onSent, onFailed }) {
    this.#key = `outbox:${key}:`;
    this.#post = post;
    this.#onSent = onSent;
    this.#onFailed = onFailed;
    this.#items = drafts.entries(this.#key).map(([, text]) => JSON.parse(text));
    this.#items.sort((one, other) => one.written_at - other.written_at);
  }

  get items() {
    return [...this.#items];
  }

  /** @param message `{body, attachments}`. */
  add(message) {
    const item = { client_id: newClientId(), ...message, written_at: Date.now(), refused: null };
    this.#items.push(item);
    this.#keep(item);
    return item;
  }

  /** Somebody wants it tried again, now. */
  retry(clientId) {
    const item = this.#items.find((each) => each.client_id === clientId);
    if (!item) return;
    item.refused = null;
    this.#keep(item);
    this.flush();
  }

  /** Forget one: the server has it already, or nobody wants it any more. */
  remove(clientId) {
    this.#items = this.#items.filter((each) => each.client_id !== clientId);
    drafts.keep(this.#key + clientId, "");
  }

  /** The poll brought a message: if it is one of ours, its answer got lost on the way. */
  settle(clientId) {
    if (this.#items.some((item) => item.client_id === clientId)) this.remove(clientId);
  }

  /** The page is over: send nothing more, and keep nothing more. */
  stop() {
    this.#stopped = true;
    clearTimeout(this.#timer);
  }

  /** Send what waits. A message without an answer holds back those after it; a refused one not. */
  async flush() {
    if (this.#sending || this.#stopped) return;
    clearTimeout(this.#timer);
    this.#sending = true;
    let item = this.#next();
    while (item && (await this.#send(item))) item = this.#next();
    this.#sending = false;
  }

  #next() {
    return this.#stopped ? undefined : this.#items.find((item) => item.refused === null);
  }

  async #send(item) {
    try {
      const stored = await this.#post(item);
      this.#tries = 0;
      this.remove(item.client_id);
      this.#onSent(item, stored);
      return true;
    } catch (error) {
      if (this.#stopped) return false;
      if (error.isFinal) this.#refuse(item, error.message);
      else this.#tryLater(item, error.retryAfter);
      return error.isFinal;
    }
  }

  #refuse(item, sentence) {
    item.refused = sentence;
    this.#keep(item);
    this.#onFailed(item, sentence);
  }

  #tryLater(item, retryAfter) {
    this.#tries += 1;
    if (this.#tries >= TRIES_UNTIL_SHOWN) this.#onFailed(item, "");
    const pause = Math.min(FIRST_PAUSE_MS * 2 ** (this.#tries - 1), LONGEST_PAUSE_MS);
    const jitter = 0.75 + Math.random() / 2;
    this.#timer = setTimeout(() => this.flush(), Math.max(pause * jitter, (retryAfter ?? 0) * 1000));
  }

  #keep(item) {
    if (!this.#stopped) drafts.keep(this.#key + item.client_id, JSON.stringify(item));
  }
}
