// <message-composer>: the form at the bottom. Never disabled; a text stays here, and in this
// browser, until it is a message. Tells the conversation by a "write" event.

import * as drafts from "../lib/drafts.js";

class MessageComposer extends HTMLElement {
  #form;
  #field;
  #key;

  connectedCallback() {
    this.#form = this.querySelector("form");
    this.#field = this.#form.elements.body;
    this.#key = `draft:${this.dataset.draft}`;
    this.#field.value ||= drafts.read(this.#key) ?? "";
    this.#fit();
    this.#form.addEventListener("submit", (event) => this.#submit(event));
    this.#field.addEventListener("input", () => this.#changed());
    this.#field.addEventListener("keydown", (event) => this.#pressed(event));
  }

  #submit(event) {
    event.preventDefault();
    this.#field.focus();
    const body = this.#field.value.trim();
    const fault = this.#faultOf(body);
    this.#complain(fault);
    if (fault) return;
    this.dispatchEvent(new CustomEvent("write", { detail: body, bubbles: true }));
    this.#field.value = "";
    this.#changed();
  }

  #changed() {
    drafts.keep(this.#key, this.#field.value);
    if (this.#field.value) this.#complain("");
    this.#fit();
  }

  /** Enter sends, except while an input method composes, and on touch, where it is a new line. */
  #pressed(event) {
    const composing = event.isComposing || event.keyCode === 229;
    if (event.key !== "Enter" || event.shiftKey || composing) return;
    if (matchMedia("(pointer: coarse)").matches) return;
    event.preventDefault();
    this.#form.requestSubmit();
  }

  #faultOf(body) {
    const { limit, blank, tooLong } = this.dataset;
    const surplus = [...body].length - Number(limit);
    if (!body) return blank;
    return surplus > 0 ? tooLong.replace("{count}", surplus) : "";
  }

  #complain(sentence) {
    this.#field.classList.toggle("is-invalid", sentence !== "");
    this.querySelector("[role=alert]").textContent = sentence;
  }

  /** Browsers without `field-sizing` grow the field by hand; the cap is the stylesheet's. */
  #fit() {
    if (CSS.supports("field-sizing", "content")) return;
    this.#field.style.height = "auto";
    this.#field.style.height = `${this.#field.scrollHeight + 2}px`;
  }
}

customElements.define("message-composer", MessageComposer);
