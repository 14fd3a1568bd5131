// Sound and notification for what has become unread. Which messages those are is read from the
// inbox as the server renders it; conversations that are muted are silent.

import { requestPage } from "./api.js";
import { Bell } from "./bell.js";

const MOST_NOTIFICATIONS = 3; // at once, as after an hour offline

export class Alerts {
  #bell;
  #notifies;
  #url;
  #onLooked;
  #messages = null; // unread in all when last looked at; null: not yet
  #unread = new Map(); // … and by conversation
  #looking = Promise.resolve();

  /**
   * @param url the inbox's unread folder.
   * @param onLooked told what this tab knows, for the tab that works after it: see `adopt`.
   */
  constructor({ sound, notifications, url, onLooked }) {
    this.#bell = sound ? new Bell() : null;
    this.#notifies = notifications && "Notification" in window;
    this.#url = url;
    this.#onLooked = onLooked;
  }

  /** Go on from where the tab that worked before has come to. */
  adopt({ messages, unread }) {
    this.#messages = messages;
    this.#unread = new Map(unread);
  }

  /** There are this many unread messages now: look whether that is worth a sound. */
  note(messages) {
    if (!this.#bell && !this.#notifies) return;
    // One after the other. A page that does not come is tried again with the next number.
    this.#looking = this.#looking.then(() => this.#look(messages)).catch(() => {});
  }

  async #look(messages) {
    if (messages === this.#messages) return;
    const rows = messages ? await this.#rows() : [];
    const grown = this.#messages !== null && messages > this.#messages;
    const news = rows.filter((row) => row.unread > (this.#unread.get(row.id) ?? 0));
    this.adopt({ messages, unread: rows.map(({ id, unread }) => [id, unread]) });
    this.#onLooked({ messages, unread: [...this.#unread] });
    if (grown) this.#tell(news.filter((row) => !row.muted && !isOpen(row)));
  }

  async #rows() {
    const page = await requestPage(this.#url);
    return [...page.querySelectorAll("[data-conversation]")].map(rowOf);
  }

  #tell(rows) {
    if (!rows.length) return;
    // Without locks every tab works, and only the one that is seen may be heard.
    if (navigator.locks || !document.hidden) this.#bell?.ring();
    // The working tab is hidden only when all of them are: see one-tab.js.
    if (!this.#notifies || !document.hidden || Notification.permission !== "granted") return;
    for (const row of rows.slice(0, MOST_NOTIFICATIONS)) notify(row, Boolean(this.#bell));
  }
}

function rowOf(element) {
  const { conversation, unread, muted } = element.dataset;
  const text = (part) => element.querySelector(part)?.textContent.replace(/\s+/g, " ").trim() ?? "";
  return {
    id: conversation,
    unread: Number(unread),
    muted: muted !== undefined,
    sender: text("[data-name]"),
    listing: text("[data-title]"),
    preview: text("[data-preview]"),
    href: element.querySelector("a").getAttribute("href"),
  };
}

/** Who is looking at the conversation needs no bell. */
function isOpen({ id }) {
  const open = document.querySelector("live-conversation")?.dataset.conversationId;
  return open === id && document.hasFocus();
}

function notify({ id, sender, listing, preview, href }, silent) {
  try {
    const body = `${listing}\n${preview}`;
    const shown = new Notification(sender, { body, tag: `conversation-${id}`, renotify: true, silent });
    shown.addEventListener("click", () => {
      window.focus();
      shown.close();
      location.assign(href);
    });
  } catch {
    // Chromium on Android shows none to a page without a service worker.
  }
}
