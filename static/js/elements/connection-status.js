// <connection-status>: says so when the page is cut off, and briefly when it is back.

const BACK_MS = 3_000;

class ConnectionStatus extends HTMLElement {
  #timer = null;

  get state() {
    return this.dataset.state;
  }

  set state(state) {
    if (state === this.state) return;
    clearTimeout(this.#timer);
    this.dataset.state = state;
    this.querySelector("a").hidden = state !== "signed-out";
    this.#say(state === "online" ? this.dataset.back : this.#sentence(state));
    if (state === "online") this.#timer = setTimeout(() => this.#say(""), BACK_MS);
  }

  disconnectedCallback() {
    clearTimeout(this.#timer);
  }

  #sentence(state) {
    const { reconnecting, offline, signedOut } = this.dataset;
    return { reconnecting, offline, "signed-out": signedOut }[state];
  }

  #say(sentence) {
    this.querySelector("[data-text]").textContent = sentence;
  }
}

customElements.define("connection-status", ConnectionStatus);
