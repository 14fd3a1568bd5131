// <contact-form>: Contact seller, with suggestions.

import { offerSuggestions } from "../lib/suggestions.js";

class ContactForm extends HTMLElement {
  connectedCallback() {
    offerSuggestions(this, this.querySelector("textarea"));
  }
}

customElements.define("contact-form", ContactForm);
