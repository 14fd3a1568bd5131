// Every page.

import "./elements/alert-permission.js";
import "./elements/connection-status.js";
import "./elements/contact-form.js";
import "./elements/unread-badge.js";
import "./lib/audience.js";
import "./lib/menus.js";
import { wipe } from "./lib/drafts.js";
import { forgetPlaces } from "./lib/list-place.js";
import { localize } from "./lib/time.js";

localize(document);

document.addEventListener("submit", ({ target }) => {
  if (!new URL(target.action).pathname.endsWith("/logout")) return;
  wipe();
  forgetPlaces();
});
