// <sign-in-dialog>: the server's own sign-in form without leaving the page. Tells by a "signed-in"
// event when it is done. Wherever it cannot, the sign-in page itself takes over.

import { requestPage } from "../lib/api.js";

const FORM = 'main form:has([name="password"])';

class SignInDialog extends HTMLElement {
  #url;

  connectedCallback() {
    this.querySelector("[data-close]").addEventListener("click", () => this.close());
  }

  /** Ask for the sign-in that is at this address. */
  async open(url) {
    this.#url = url;
    if (!this.#dialog.showModal) return this.#leave();
    const page = await requestPage(url).catch(() => null);
    if (!page) return this.#leave();
    if (!page.querySelector(FORM)) return this.#done(); // in another tab, meanwhile
    this.#dialog.showModal();
    return this.#show(page);
  }

  close() {
    this.#dialog.close?.();
  }

  get #dialog() {
    return this.querySelector("dialog");
  }

  #show(page) {
    const form = document.adoptNode(page.querySelector(FORM));
    const alerts = [...page.querySelectorAll("main .alert")].map((each) => document.adoptNode(each));
    form.addEventListener("submit", (event) => this.#submit(event));
    this.querySelector("[data-form]").replaceChildren(...alerts, form);
    (form.querySelector("[aria-invalid]") ?? form.querySelector('input:not([type="hidden"])')).focus();
  }

  async #submit(event) {
    event.preventDefault();
    const body = new FormData(event.target);
    const options = { method: "POST", body, redirect: "manual" };
    const response = await fetch(this.#url, options).catch(() => null);
    if (!response) this.#say(this.dataset.unreachable);
    else if (response.type === "opaqueredirect") this.#done();
    else this.#refused(new DOMParser().parseFromString(await response.text(), "text/html"));
  }

  #refused(page) {
    if (page.querySelector(FORM)) this.#show(page);
    else this.#leave();
  }

  #say(sentence) {
    const alert = document.createElement("p");
    alert.role = "alert";
    alert.textContent = sentence;
    this.querySelector("[data-form]").prepend(alert);
  }

  #done() {
    this.close();
    this.dispatchEvent(new CustomEvent("signed-in", { bubbles: true }));
  }

  #leave() {
    location.assign(this.#url);
  }
}

customElements.define("sign-in-dialog", SignInDialog);
