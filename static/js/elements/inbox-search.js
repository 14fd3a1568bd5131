// <inbox-search>: finds as one types. Without it the form is sent by Enter. In the inbox the
// address follows, so that Back and a reload find the same; beside a conversation it stays.

import { requestPage } from "../lib/api.js";

const PAUSE_MS = 250;

class InboxSearch extends HTMLElement {
  #timer = null;
  #found = "";

  connectedCallback() {
    this.#found = this.#wanted;
    this.addEventListener("input", () => {
      clearTimeout(this.#timer);
      this.#timer = setTimeout(() => this.#find(), PAUSE_MS);
    });
    this.querySelector("form").addEventListener("submit", (event) => {
      event.preventDefault();
      this.#find();
    });
  }

  disconnectedCallback() {
    clearTimeout(this.#timer);
  }

  get #wanted() {
    return this.querySelector("[name=q]").value.trim();
  }

  async #find() {
    clearTimeout(this.#timer);
    const wanted = this.#wanted;
    if (wanted === this.#found) return;
    this.#found = wanted;
    const form = this.querySelector("form");
    const url = new URL(form.action);
    for (const [name, value] of new FormData(form)) if (value.trim()) url.searchParams.set(name, value);
    const address = url.pathname + url.search;
    const page = await requestPage(address).catch(() => null);
    if (this.#found !== wanted) return; // something else is looked for by now
    if (page) this.#show(page, address, url.pathname);
    else this.#found = null; // the same again is another try
  }

  #show(page, address, path) {
    // The address before the rows: the browser looks at all that has changed when it is set.
    if (location.pathname === path) history.replaceState(null, "", address);
    document.querySelector("inbox-list")?.show(address, page);
    const folders = page.querySelector(".folders");
    if (folders) document.querySelector(".folders")?.replaceWith(document.adoptNode(folders));
  }
}

customElements.define("inbox-search", InboxSearch);
