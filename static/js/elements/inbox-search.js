// <inbox-search>: finds as one types. Without it the form is sent by Enter.

const PAUSE_MS = 250;

class InboxSearch extends HTMLElement {
  #timer = null;

  connectedCallback() {
    this.addEventListener("input", () => {
      clearTimeout(this.#timer);
      this.#timer = setTimeout(() => this.#find(), PAUSE_MS);
    });
  }

  disconnectedCallback() {
    clearTimeout(this.#timer);
  }

  async #find() {
    const form = this.querySelector("form");
    const url = `${form.action}?${new URLSearchParams(new FormData(form))}`;
    await document.querySelector("inbox-list").show(url);
    history.replaceState(null, "", url);
  }
}

customElements.define("inbox-search", InboxSearch);
