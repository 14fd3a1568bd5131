// <connection-status>: says so when the page is cut off, and briefly when it is back. Beside a
// conversation that is its poll's to say, elsewhere the badge's, by "connection" events.

const BACK_MS = 3_000;

class ConnectionStatus extends HTMLElement {
  #timer = null;
  #listening = new AbortController();

  connectedCallback() {
    if (this.closest("live-conversation")) return;
    const { signal } = this.#listening;
    document.addEventListener("connection", ({ detail }) => (this.state = detail), { signal });
  }

  get state() {
    return this.dataset.state;
  }

  set state(state) {
    if (state === this.state) return;
    clearTimeout(this.#timer);
    this.dataset.state = state;
    for (const link of this.querySelectorAll("a")) link.hidden = link.dataset.when !== state;
    this.#say(state === "online" ? this.dataset.back : this.#sentence(state));
    if (state === "online") this.#timer = setTimeout(() => this.#say(""), BACK_MS);
  }

  disconnectedCallback() {
    this.#listening.abort();
    clearTimeout(this.#timer);
  }

  #sentence(state) {
    const { reconnecting, offline, signedOut, gone } = this.dataset;
    return { reconnecting, offline, "signed-out": signedOut, gone }[state];
  }

  #say(sentence) {
    this.querySelector("[data-text]").textContent = sentence;
  }
}

customElements.define("connection-status", ConnectionStatus);
