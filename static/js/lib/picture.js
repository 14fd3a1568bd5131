// One picture in the composer: seen and uploaded at once, stored or refused soon after.

import { upload } from "./upload.js";

const TRIES = 6; // of an upload that is asked to come back: some 15 seconds

export class Picture {
  element;
  stored = null; // what the server knows it as
  isFailed = false;
  #file;
  #sentences;
  #onChange;
  #leaving = new AbortController();

  /**
   * @param template the server's element for one.
   * @param sentences `{url, maxBytes, tooLarge, unreadable, failed}`: where it goes, and what to
   *   say when it cannot; `{name}` in them is the file's.
   * @param onChange told when it is stored or failed.
   */
  constructor(template, sentences, onChange) {
    this.element = template.cloneNode(true);
    this.#sentences = sentences;
    this.#onChange = onChange;
  }

  /** Whether it is neither stored nor failed. */
  get isOnItsWay() {
    return this.stored === null && !this.isFailed;
  }

  /** Show one that an earlier page uploaded. `onGone`: the server has thrown it away meanwhile. */
  restore(stored, onGone) {
    this.stored = stored;
    this.#image.addEventListener("error", onGone, { once: true });
    this.#image.src = stored.thumb_url;
    this.#show();
  }

  /** Show a file and begin to upload it. */
  begin(file) {
    this.#file = file;
    this.#image.src = URL.createObjectURL(file);
    const fault = this.#fault();
    if (fault) this.#fail(fault, false);
    else this.send();
  }

  /** Upload it, once more after it has failed. */
  async send() {
    this.isFailed = false;
    this.#show();
    try {
      this.stored = await this.#uploaded(TRIES);
      this.#show();
      this.#onChange();
    } catch (error) {
      if (!this.#leaving.signal.aborted) {
        this.#fail(error.message || this.#sentences.failed, !error.isFinal);
      }
    }
  }

  /** Take it away, wherever it is. */
  remove() {
    this.#leaving.abort();
    this.element.remove();
    if (this.#file) URL.revokeObjectURL(this.#image.src);
  }

  /** When many photos come in at once, wait as long as the server says, and a little by chance. */
  async #uploaded(tries) {
    const onProgress = (part) => (this.#progress.value = part);
    const { signal } = this.#leaving;
    try {
      return await upload(this.#sentences.url, this.#file, { onProgress, signal });
    } catch (error) {
      if (error.status !== 503 || tries === 1 || signal.aborted) throw error;
      const seconds = (error.retryAfter ?? 2) * (1 + Math.random());
      await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
      if (signal.aborted) throw error;
      return this.#uploaded(tries - 1);
    }
  }

  get #image() {
    return this.element.querySelector("img");
  }

  get #progress() {
    return this.element.querySelector("progress");
  }

  #fault() {
    const { maxBytes, tooLarge, unreadable } = this.#sentences;
    if (this.#file.size > Number(maxBytes)) return tooLarge;
    return this.#file.type.startsWith("image/") ? "" : unreadable;
  }

  #fail(sentence, canRetry) {
    this.isFailed = true;
    this.#show(sentence.replace("{name}", this.#file.name), canRetry);
    this.#onChange();
  }

  #show(sentence = "", canRetry = false) {
    this.element.classList.toggle("failed", this.isFailed);
    this.#progress.hidden = !this.isOnItsWay;
    this.element.querySelector("[role=alert]").textContent = sentence;
    this.element.querySelector("[data-again]").hidden = !canRetry;
  }
}
