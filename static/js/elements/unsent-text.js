// <unsent-text>: what one had written when writing here came to an end, to be copied from.

import * as drafts from "../lib/drafts.js";

class UnsentText extends HTMLElement {
  connectedCallback() {
    const field = this.querySelector("textarea");
    field.value ||= drafts.read(`draft:${this.dataset.draft}`) ?? "";
    this.hidden = field.value === "";
  }
}

customElements.define("unsent-text", UnsentText);
