// The lists that hold the messages: one for what came with the page and since, and one for each
// page of the history. Those are made at the start, empty. To insert before a list that is full
// would have the browser look at the style of everything in it again, and after some thousand
// messages one could feel that.

const PAGE_SIZE = 50; // as the server pages the history; another size costs time, nothing else
const MADE_AT_ONCE = 200;

export class MessagePages {
  #newest;
  #empty = [];

  constructor(newest) {
    this.#newest = newest;
  }

  /** Get ready for so many messages of the history. */
  expect(count) {
    const pages = Math.min(Math.ceil(count / PAGE_SIZE), MADE_AT_ONCE);
    for (let each = 0; each < pages; each += 1) this.#empty.push(this.#newest.cloneNode());
    this.#newest.before(...this.#empty);
  }

  get newest() {
    return this.#newest;
  }

  /** A list for the next page of the history, before all that hold something. */
  older() {
    return this.#empty.pop() ?? this.#another();
  }

  /** The message before one, in whatever list; undefined when there is none. */
  before(element) {
    return element.previousElementSibling ?? element.parentElement.previousElementSibling?.lastElementChild ?? undefined;
  }

  /** All messages, the newest first. */
  *backwards() {
    let element = this.#newest.lastElementChild ?? undefined;
    while (element?.matches("li")) {
      yield element;
      element = this.before(element);
    }
  }

  #another() {
    const list = this.#newest.cloneNode();
    this.#newest.parentElement.querySelector(".messages").before(list);
    return list;
  }
}
