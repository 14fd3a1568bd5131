// For whom this page was made: the language and the person. A page that Back brings out of a
// browser's cache may be for another one, after a switch of the language or a sign-out.

import { keep, read } from "./drafts.js";

const KEY = "audience";
const reader = document.querySelector("unread-badge")?.dataset.user ?? "";
// Who has signed out leaves nothing behind: for nobody, nothing is kept.
const own = reader && `${document.documentElement.lang} ${reader}`;

const [{ type }] = performance.getEntriesByType("navigation");
if (type !== "back_forward") keep(KEY, own);
else renewIfStale();
window.addEventListener("pageshow", ({ persisted }) => persisted && renewIfStale());

function renewIfStale() {
  if ((read(KEY) ?? "") !== own) location.reload();
}
