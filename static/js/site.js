// Every page.

import "./elements/contact-form.js";
import "./elements/unread-badge.js";
import { wipe } from "./lib/drafts.js";
import { localize } from "./lib/time.js";

localize(document);

document.addEventListener("submit", ({ target }) => {
  if (new URL(target.action).pathname.endsWith("/logout")) wipe();
});

// An open menu closes like any other: by Escape, or by a click beside it.
for (const menu of document.querySelectorAll("details.account")) {
  document.addEventListener("click", ({ target }) => {
    if (!menu.contains(target)) menu.open = false;
  });
  menu.addEventListener("keydown", ({ key }) => {
    if (key !== "Escape" || !menu.open) return;
    menu.open = false;
    menu.querySelector("summary").focus();
  });
}
