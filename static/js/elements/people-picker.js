// <people-picker>: finds people as one types. Who was chosen stays on top. Without it the form
// around the field is sent.

import { requestPage } from "../lib/api.js";

const PAUSE_MS = 250;

class PeoplePicker extends HTMLElement {
  #timer = null;
  #found;

  connectedCallback() {
    this.#found = this.#field.value.trim();
    this.#field.addEventListener("input", () => {
      clearTimeout(this.#timer);
      this.#timer = setTimeout(() => this.#find(), PAUSE_MS);
    });
    this.#field.addEventListener("keydown", (event) => {
      if (event.key !== "Enter") return;
      event.preventDefault(); // it looks for somebody, and must not open the group
      this.#find();
    });
  }

  disconnectedCallback() {
    clearTimeout(this.#timer);
  }

  get #field() {
    return this.querySelector("[name=q]");
  }

  get #list() {
    return this.querySelector("[data-people]");
  }

  async #find() {
    clearTimeout(this.#timer);
    const wanted = this.#field.value.trim();
    if (wanted === this.#found) return;
    this.#found = wanted;
    const url = new URL(location.pathname.replace(/\/invite$/, "/members"), location);
    if (wanted) url.searchParams.set("q", wanted);
    const page = await requestPage(url.pathname + url.search).catch(() => null);
    if (this.#found !== wanted) return; // something else is looked for by now
    if (page) this.#show(document.adoptNode(page.querySelector("people-picker")));
    else this.#found = null; // the same again is another try
  }

  #show(fresh) {
    const rows = [...fresh.querySelector("[data-people]").children];
    const chosen = [...this.#list.children].filter((row) => row.querySelector(":checked"));
    const values = chosen.map((row) => row.querySelector(":checked").value);
    const others = rows.filter((row) => !values.includes(row.querySelector("[name=people]")?.value));
    this.#list.replaceChildren(...chosen, ...others);
    const none = fresh.querySelector("[data-none]");
    none.hidden = others.length > 0;
    this.querySelector("[data-none]").replaceWith(none);
  }
}

customElements.define("people-picker", PeoplePicker);
