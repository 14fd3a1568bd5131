// <inbox-search>: finds as one types. Without it the form is sent by Enter. In the inbox the
// address follows, so that Back and a reload find the same; beside a conversation it stays.

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
    if (this.#wanted === this.#found) return;
    this.#found = this.#wanted;
    const form = this.querySelector("form");
    const url = new URL(form.action);
    for (const [name, value] of new FormData(form)) if (value.trim()) url.searchParams.set(name, value);
    const address = url.pathname + url.search;
    const page = await document.querySelector("inbox-list").show(address).catch(() => null);
    if (!page) {
      this.#found = null; // the same again is another try
      return;
    }
    if (location.pathname === url.pathname) history.replaceState(null, "", address);
    const folders = page.querySelector(".folders");
    if (folders) document.querySelector(".folders")?.replaceWith(document.adoptNode(folders));
  }
}

customElements.define("inbox-search", InboxSearch);
