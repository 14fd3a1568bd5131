// The rows of an inbox, newest activity first, and how a part of it that was fetched anew is
// worked in: rows outside that part stay, with all that was loaded before. Each part that is added
// below is a list of its own, so that the browser skips the lists out of view: see the stylesheet.

import { localize } from "./time.js";

const TOP = { at: Infinity, id: Infinity };
const BOTTOM = { at: -Infinity, id: -Infinity };

export class InboxRows {
  #root;
  #starts = new Map(); // address of a part → the place it begins below
  #origins = new WeakMap(); // row → address of the part it came with

  constructor(root, address) {
    this.#root = root;
    this.#note(this.all, address, TOP);
  }

  get all() {
    return [...this.#root.querySelectorAll("[data-conversation]")];
  }

  find(conversation) {
    return this.#root.querySelector(`[data-conversation="${CSS.escape(conversation)}"]`);
  }

  /** The row in the middle of what is seen. */
  inView(pane) {
    const { left, top, height } = pane.getBoundingClientRect();
    return document.elementFromPoint(left + 40, top + height / 2)?.closest("[data-conversation]");
  }

  /** The address of the part a row came with. */
  originOf(row) {
    return this.#origins.get(row);
  }

  clear() {
    const [first, ...others] = this.#root.querySelectorAll("ul");
    first.replaceChildren();
    for (const list of others) list.remove();
    this.#starts.clear();
  }

  /** Work in the rows of a part. `isLast`: nothing comes below them. */
  merge(fresh, address, { isLast }) {
    const rows = this.all;
    const start = this.#starts.get(address) ?? (rows.length ? placeOf(rows.at(-1)) : TOP);
    const end = isLast || !fresh.length ? BOTTOM : placeOf(fresh.at(-1));
    this.#note(fresh, address, start);
    const first = rows.findLastIndex((row) => !isBelow(placeOf(row), start)) + 1;
    const old = rows.slice(first).filter((row) => !isBelow(placeOf(row), end));
    const shown = new Map(rows.map((row) => [row.dataset.conversation, row]));
    const renewed = fresh.map((row) => this.#renew(shown.get(row.dataset.conversation), row));
    for (const row of renewed) this.#origins.set(row, address);
    // Gone: what the part should have had and has not.
    for (const row of old) if (row.isConnected && !renewed.includes(row)) row.remove();
    this.#place(renewed, rows[first - 1]);
  }

  /** What is shown and says the same stays itself, with its focus and its open menu. */
  #renew(shown, fresh) {
    localize(fresh);
    if (!shown) return fresh;
    if (isSame(shown, fresh) || shown.querySelector("details[open]")) return shown;
    const focused = shown.contains(document.activeElement);
    shown.replaceWith(fresh);
    if (focused) fresh.querySelector("a").focus();
    return fresh;
  }

  /** Put rows in their order after another; what is in its place is not touched. */
  #place(rows, before) {
    const shown = this.all;
    if (rows.length && before && before === shown.at(-1)) {
      this.#append(rows);
      return;
    }
    let index = before ? shown.indexOf(before) + 1 : 0;
    for (const row of rows) {
      if (shown[index] !== row) {
        const from = shown.indexOf(row, index);
        if (from >= 0) shown.splice(from, 1);
        if (index) shown[index - 1].after(row);
        else this.#root.querySelector("ul").prepend(row);
        shown.splice(index, 0, row);
      }
      index += 1;
    }
  }

  #append(rows) {
    const lists = this.#root.querySelectorAll("ul");
    const list = lists[0].cloneNode(false);
    list.append(...rows);
    lists[lists.length - 1].after(list);
  }

  #note(rows, address, start) {
    this.#starts.set(address, start);
    for (const row of rows) this.#origins.set(row, address);
  }
}

function placeOf({ dataset }) {
  return { at: Number(dataset.at), id: Number(dataset.conversation) };
}

function isBelow(place, other) {
  return place.at < other.at || (place.at === other.at && place.id < other.id);
}

/** The menu's forms do not count: their tokens are others each time. */
function isSame(row, other) {
  return (
    row.cloneNode(false).isEqualNode(other.cloneNode(false)) &&
    row.querySelector("a").isEqualNode(other.querySelector("a"))
  );
}
