// <contact-form>: a suggestion fills the field, to be changed at will; nothing is sent by it.

class ContactForm extends HTMLElement {
  connectedCallback() {
    const field = this.querySelector("textarea");
    for (const button of this.querySelectorAll(".suggestions button")) {
      button.addEventListener("click", () => {
        field.value = [field.value.trim(), button.textContent].filter(Boolean).join(" ");
        field.focus();
      });
    }
  }
}

customElements.define("contact-form", ContactForm);
