// <last-seen>: when the other was here last, roughly. Kept true by the poll and by the clock.

import { daysAgo } from "../lib/time.js";

const MINUTE_MS = 60_000;

class LastSeen extends HTMLElement {
  #timer = null;

  connectedCallback() {
    this.#timer = setInterval(() => this.#write(), MINUTE_MS);
    this.#write();
  }

  disconnectedCallback() {
    clearInterval(this.#timer);
  }

  show({ active, last_seen_at: seen }) {
    this.dataset.active = active;
    this.dataset.seen = seen ?? "";
    this.#write();
  }

  #write() {
    const text = this.#text();
    if (this.textContent.trim() !== text) this.textContent = text;
  }

  #text() {
    const { active, seen, now, minutes, hours, yesterday } = this.dataset;
    if (active === "true") return now;
    if (!seen) return "";
    const date = new Date(seen);
    const age = Math.max(1, Math.floor((Date.now() - date) / MINUTE_MS));
    if (age < 60) return minutes.replace("{count}", age);
    if (age < 24 * 60) return hours.replace("{count}", Math.floor(age / 60));
    return daysAgo(date) === 1 ? yesterday : "";
  }
}

customElements.define("last-seen", LastSeen);
