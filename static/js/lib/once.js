// A form that writes is sent once, however often its button is pressed before the answer is there.
// What a script sends by itself (the composer) is none of ours.

const WAIT_MS = 15_000; // then it may be tried again: the answer was stopped, or does not come

export function submitOnce() {
  const sentAt = new WeakMap();
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || form.method !== "post") return;
    if (Date.now() - (sentAt.get(form) ?? -Infinity) < WAIT_MS) event.preventDefault();
    else sentAt.set(form, Date.now());
  });
  // Back on the page: what is sent from it now is meant.
  window.addEventListener("pageshow", ({ persisted }) => {
    if (persisted) for (const form of document.forms) sentAt.delete(form);
  });
}
