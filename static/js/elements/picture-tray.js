// <picture-tray>: the pictures that go with the next message, chosen, pasted or dropped. Tells of
// each change by a "pictures" event. What is uploaded survives a reload.

import * as drafts from "../lib/drafts.js";
import { Picture } from "../lib/picture.js";

class PictureTray extends HTMLElement {
  #pictures = [];
  #list;
  #key;
  #listening = new AbortController();

  connectedCallback() {
    this.#list = this.querySelector("ul");
    this.#key = `pictures:${this.closest("[data-draft]").dataset.draft}`;
    const input = this.querySelector("input");
    input.addEventListener("change", () => {
      this.add(input.files);
      input.value = ""; // the form must not send them a second time
    });
    this.#list.addEventListener("click", ({ target }) => this.#pressed(target));
    this.#takeDropsOn(this.closest("live-conversation"));
    for (const stored of JSON.parse(drafts.read(this.#key) ?? "[]")) this.#restore(stored);
  }

  disconnectedCallback() {
    this.#listening.abort();
    for (const picture of this.#pictures) picture.remove();
  }

  get isEmpty() {
    return this.#pictures.length === 0;
  }

  get isBusy() {
    return this.#pictures.some((picture) => picture.isOnItsWay);
  }

  get hasFailed() {
    return this.#pictures.some((picture) => picture.isFailed);
  }

  add(files) {
    const free = Number(this.dataset.limit) - this.#pictures.length;
    for (const file of [...files].slice(0, free)) this.#new().begin(file);
    this.#say(files.length > free ? this.dataset.tooMany : "");
    this.#changed();
  }

  /** All that are uploaded, for a message that goes out now; the tray is empty then. */
  take() {
    const stored = this.#pictures.map((picture) => picture.stored);
    for (const picture of this.#pictures) picture.remove();
    this.#pictures = [];
    this.#say("");
    this.#changed();
    return stored;
  }

  #new() {
    const template = this.querySelector("template").content.firstElementChild;
    const picture = new Picture(template, this.dataset, () => this.#changed());
    this.#pictures.push(picture);
    this.#list.append(picture.element);
    return picture;
  }

  #restore(stored) {
    const picture = this.#new();
    picture.restore(stored, () => this.#remove(picture));
    this.#changed();
  }

  #pressed(target) {
    const picture = this.#pictures.find(({ element }) => element.contains(target));
    if (target.closest("[data-remove]")) {
      this.#remove(picture);
      this.querySelector("input").focus();
    } else if (target.closest("[data-again]")) picture.send();
  }

  #remove(picture) {
    this.#pictures = this.#pictures.filter((each) => each !== picture);
    picture.remove();
    this.#say("");
    this.#changed();
  }

  #takeDropsOn(area) {
    const { signal } = this.#listening;
    const on = (type, react) => area.addEventListener(type, react, { signal });
    on("dragover", (event) => {
      if (!event.dataTransfer.types.includes("Files")) return;
      event.preventDefault();
      area.classList.add("dropping");
    });
    on("dragleave", ({ relatedTarget }) => {
      if (!area.contains(relatedTarget)) area.classList.remove("dropping");
    });
    on("drop", (event) => {
      area.classList.remove("dropping");
      if (!event.dataTransfer.files.length) return;
      event.preventDefault();
      this.add(event.dataTransfer.files);
    });
  }

  #say(sentence) {
    this.querySelector(":scope > [role=alert]").textContent = sentence;
  }

  #changed() {
    const stored = this.#pictures.map((picture) => picture.stored).filter(Boolean);
    drafts.write(this.#key, stored.length ? JSON.stringify(stored) : "");
    this.dispatchEvent(new CustomEvent("pictures", { bubbles: true }));
  }
}

customElements.define("picture-tray", PictureTray);
