// The rows of an inbox, newest activity first, and how a part of it that was fetched anew is
// worked in: rows outside that part stay, with all that was loaded before. Each part that is added
// below is a list of its own, so that the browser skips the lists out of view: see the stylesheet.
// The lists are made many at a time, empty: with Bootstrap's rule for what follows a legend, a list
// that comes beside others has the browser look at the style of everything in those again.

import { localize } from "./time.js";

const MADE_AT_ONCE = 200;
const TOP = { at: Infinity, id: Infinity };
const BOTTOM = { at: -Infinity, id: -Infinity };

export class InboxRows {
  #root;
  #starts = new Map(); // address of a part → the place it begins below
  #origins = new WeakMap(); // row → address of the part it came with
  #shown = new Map(); // conversation → row: to look for one in the page means to look at all

  constructor(root, address) {
    this.#root = root;
    this.#note(this.all, address, TOP);
  }

  get all() {
    return this.#lists.flatMap((list) => [...list.children]);
  }

  get last() {
    return this.#lists.findLast((list) => list.lastElementChild)?.lastElementChild;
  }

  find(conversation) {
    return this.#shown.get(conversation);
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
    const [first, ...others] = this.#lists;
    first.replaceChildren();
    const filled = others.filter((list) => list.firstElementChild);
    for (const list of filled) list.classList.add("gone");
    emptyInTurn(filled);
    this.#starts.clear();
    this.#shown.clear();
  }

  /** Work in the rows of a part. `isLast`: nothing comes below them. */
  merge(fresh, address, { isLast }) {
    const { last } = this;
    const isNewPart = last && !this.#starts.has(address);
    const start = this.#starts.get(address) ?? (last ? placeOf(last) : TOP);
    const end = isLast || !fresh.length ? BOTTOM : placeOf(fresh.at(-1));
    for (const row of fresh) localize(row);
    const isBelowAll = isNewPart && !fresh.some((row) => this.find(row.dataset.conversation));
    const rows = isBelowAll ? this.#append(fresh) : this.#workIn(fresh, start, end);
    this.#note(rows, address, start);
  }

  #workIn(fresh, start, end) {
    const rows = this.all;
    const first = rows.findLastIndex((row) => !isBelow(placeOf(row), start)) + 1;
    const old = rows.slice(first).filter((row) => !isBelow(placeOf(row), end));
    const renewed = fresh.map((row) => this.#renew(this.find(row.dataset.conversation), row));
    // Gone: what the part should have had and has not.
    for (const row of old) if (row.isConnected && !renewed.includes(row)) this.#remove(row);
    this.#place(renewed, rows[first - 1]);
    return renewed;
  }

  #remove(row) {
    row.remove();
    this.#shown.delete(row.dataset.conversation);
  }

  /** What is shown and says the same stays itself, with its focus and its open menu. */
  #renew(shown, fresh) {
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
    let index = before ? shown.indexOf(before) + 1 : 0;
    for (const row of rows) {
      if (shown[index] !== row) {
        const from = shown.indexOf(row, index);
        if (from >= 0) shown.splice(from, 1);
        if (index) shown[index - 1].after(row);
        else this.#lists[0].prepend(row);
        shown.splice(index, 0, row);
      }
      index += 1;
    }
  }

  #append(rows) {
    const lists = this.#lists;
    const list = lists[lists.findLastIndex((each) => each.lastElementChild) + 1] ?? this.#more();
    list.append(...rows);
    return rows;
  }

  /** More empty lists; the first of them. */
  #more() {
    const lists = Array.from({ length: MADE_AT_ONCE }, () => this.#lists[0].cloneNode(false));
    this.#lists.at(-1).after(...lists);
    return lists[0];
  }

  get #lists() {
    return [...this.#root.children].filter((each) => each.matches("ul:not(.gone)"));
  }

  #note(rows, address, start) {
    this.#starts.set(address, start);
    for (const row of rows) {
      this.#origins.set(row, address);
      this.#shown.set(row.dataset.conversation, row);
    }
  }
}

/**
 * Thousands of rows at once would be felt by who types what to search for. The lists stay: each that
 * goes would have the browser count through all rows again.
 */
async function emptyInTurn(lists) {
  for (const list of lists) {
    list.replaceChildren();
    list.classList.remove("gone");
    await new Promise((resolve) => setTimeout(resolve));
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
