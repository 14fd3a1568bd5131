// Where one was in a list of conversations: which row, at which height, of how many. Back, a reload
// and the next conversation find it again; a fresh way in begins at the top. Signing out forgets it:
// what was searched for is nobody else's business (see drafts.js).

const PREFIX = "marketplace:place:";
const MOST_ROWS = 500; // more are not loaded only to go back

export class ListPlace {
  #list;
  #pane;
  #rows;

  constructor(list, pane, rows) {
    this.#list = list;
    this.#pane = pane;
    this.#rows = rows;
  }

  keep() {
    const row = this.#list.checkVisibility() && this.#rows.inView(this.#pane);
    if (!row) return;
    const place = { row: row.dataset.conversation, height: this.#heightOf(row), count: this.#rows.all.length };
    try {
      sessionStorage.setItem(this.#key, JSON.stringify(place));
    } catch {
      // Nothing can be kept here.
    }
  }

  /** @param loadOlder resolves to whether there were older rows. */
  async restore(loadOlder) {
    const [{ type }] = performance.getEntriesByType("navigation");
    const isReturn = type !== "navigate" || document.querySelector("live-conversation");
    const place = isReturn && this.#kept;
    if (!place) return;
    const count = Math.min(place.count, MOST_ROWS);
    while (!this.#rows.find(place.row) && this.#rows.all.length < count && (await loadOlder()));
    const row = this.#rows.find(place.row);
    if (row) this.#pane.scrollTop += this.#heightOf(row) - place.height;
  }

  get #key() {
    return PREFIX + this.#list.dataset.url;
  }

  get #kept() {
    try {
      return JSON.parse(sessionStorage.getItem(this.#key));
    } catch {
      return null;
    }
  }

  /** How far below the pane's upper edge. */
  #heightOf(row) {
    return row.getBoundingClientRect().top - this.#pane.getBoundingClientRect().top;
  }
}
