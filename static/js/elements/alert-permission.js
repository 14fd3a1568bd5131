// <alert-permission>: asks the browser for notifications, by a button as browsers want it, where
// nobody has decided yet. Says so where they are blocked.

class AlertPermission extends HTMLElement {
  connectedCallback() {
    this.querySelector("button").addEventListener("click", async () => {
      await Notification.requestPermission();
      this.#show();
    });
    this.#show();
  }

  #show() {
    const state = "Notification" in window ? Notification.permission : "missing";
    for (const part of this.querySelectorAll("[data-when]")) part.hidden = part.dataset.when !== state;
    this.hidden = false;
  }
}

customElements.define("alert-permission", AlertPermission);
