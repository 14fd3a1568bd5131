// Parts of the page that change while it is open, taken over as the server renders them now.

import { requestPage } from "./api.js";
import { localize } from "./time.js";

/** Renew head and composer. What is being written stays, as far as there is a place for it. */
export async function renewParts(root) {
  const page = await requestPage(location.href);
  for (const part of root.querySelectorAll("[data-part]")) {
    const fresh = page.querySelector(`[data-part="${part.dataset.part}"]`);
    if (fresh && !isSame(part, fresh)) replace(part, document.adoptNode(fresh), root);
  }
}

/** A composer that is open still is left alone: somebody may be in the middle of a word. */
function isSame(part, fresh) {
  return "closed" in part.dataset && part.dataset.closed === fresh.dataset.closed;
}

function replace(part, fresh, root) {
  const focused = part.contains(document.activeElement);
  const typed = part.querySelector("textarea")?.value;
  const field = fresh.querySelector("textarea");
  if (field && typed) field.value = typed;
  if (part.querySelector("details[open]")) fresh.querySelector("details")?.setAttribute("open", "");
  part.replaceWith(fresh);
  localize(fresh);
  if (!focused) return;
  const next = field?.checkVisibility() ? field : fresh.querySelector("summary");
  (next ?? root.querySelector("[role=log]")).focus();
}
