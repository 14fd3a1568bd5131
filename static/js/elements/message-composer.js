// <message-composer>: the form at the bottom. Never disabled; a text stays here, and in this
// browser, until it is a message. Tells the conversation by a "write" event.

import "./picture-tray.js";
import * as drafts from "../lib/drafts.js";
import { offerSuggestions } from "../lib/suggestions.js";

const NEAR_THE_LIMIT = 500;
const JUST_SENT_MS = 1_000; // the slowest double click that systems know takes 900

class MessageComposer extends HTMLElement {
  #form;
  #field;
  #tray;
  #key;
  #sentAt = -Infinity;
  #isWaiting = false; // for pictures; what is written then goes out by itself

  connectedCallback() {
    this.#form = this.querySelector("form");
    this.#field = this.#form.elements.body;
    this.#tray = this.querySelector("picture-tray");
    this.#key = `draft:${this.dataset.draft}`;
    this.#field.value ||= drafts.read(this.#key) ?? "";
    this.#show();
    this.#form.addEventListener("submit", (event) => this.#submit(event));
    this.#field.addEventListener("input", () => this.#changed());
    this.#field.addEventListener("keydown", (event) => this.#pressed(event));
    this.#field.addEventListener("paste", (event) => this.#pasted(event));
    this.addEventListener("pictures", () => this.#picturesChanged());
    offerSuggestions(this, this.#field);
  }

  #submit(event) {
    event.preventDefault();
    this.#field.focus();
    const body = this.#field.value.trim();
    if (this.#isSecondPress(body)) return;
    const fault = this.#faultOf(body);
    this.#complain(fault);
    this.#wait(!fault && this.#tray.isBusy);
    if (fault || this.#isWaiting) return;
    const detail = { body, attachments: this.#tray.take() };
    this.dispatchEvent(new CustomEvent("write", { detail, bubbles: true }));
    drafts.sent(this.#key, this.#field.value);
    this.#field.value = "";
    this.#sentAt = Date.now();
    this.#complain("");
    this.#show();
  }

  /** A double click, or two taps of Enter: the first has sent it all. */
  #isSecondPress(body) {
    return !body && this.#tray.isEmpty && Date.now() - this.#sentAt < JUST_SENT_MS;
  }

  #changed() {
    drafts.write(this.#key, this.#field.value);
    this.#complain("");
    this.#show();
  }

  /** Enter sends or begins a line, as one has set it; Shift turns it round, Ctrl always sends.
   * On touch it begins a line, and while an input method composes it is none of ours. */
  #pressed(event) {
    const composing = event.isComposing || event.keyCode === 229;
    if (event.key !== "Enter" || composing) return;
    const enterSends = this.dataset.enterSends === "true" && !matchMedia("(pointer: coarse)").matches;
    if (enterSends === event.shiftKey && !event.ctrlKey && !event.metaKey) return;
    event.preventDefault();
    if (!event.repeat) this.#form.requestSubmit();
  }

  /** A picture; what a word processor copies is a text first, with a picture of it beside. */
  #pasted(event) {
    const { files, types } = event.clipboardData;
    if (!files.length || types.includes("text/plain")) return;
    event.preventDefault();
    this.#tray.add(files);
  }

  #picturesChanged() {
    const goesOut = this.#isWaiting && !this.#tray.isBusy;
    if (this.#tray.isEmpty) this.#wait(false);
    else if (goesOut) this.#form.requestSubmit();
  }

  #wait(isWaiting) {
    this.#isWaiting = isWaiting;
    this.querySelector("[data-waiting]").hidden = !isWaiting;
  }

  #faultOf(body) {
    const { blank, tooLong, unfinished } = this.dataset;
    const surplus = -this.#left;
    if (!body && this.#tray.isEmpty) return blank;
    if (surplus > 0) return tooLong.replace("{count}", surplus);
    return this.#tray.hasFailed ? unfinished : "";
  }

  /** Characters left, as the server counts them. */
  get #left() {
    return Number(this.dataset.limit) - [...this.#field.value.trim()].length;
  }

  #counted(what, count) {
    const form = new Intl.PluralRules(document.documentElement.lang).select(count);
    return this.dataset[what + (form === "one" ? "One" : "Other")].replace("{count}", count);
  }

  #complain(sentence) {
    this.#field.classList.toggle("is-invalid", sentence !== "");
    this.querySelector("#composer-error").textContent = sentence;
  }

  /** The counter appears near the limit. Browsers without `field-sizing` grow the field by hand. */
  #show() {
    const left = this.#left;
    const counter = this.querySelector(".counter");
    counter.hidden = left > NEAR_THE_LIMIT;
    counter.textContent = this.#counted(left < 0 ? "over" : "left", Math.abs(left));
    counter.classList.toggle("over", left < 0);
    this.#field.setAttribute("aria-invalid", left < 0);
    if (CSS.supports("field-sizing", "content")) return;
    this.#field.style.height = "auto";
    this.#field.style.height = `${this.#field.scrollHeight + 2}px`;
  }
}

customElements.define("message-composer", MessageComposer);
