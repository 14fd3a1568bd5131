// Who uses this browser, for all its tabs. Whoever signs out wants it gone: from this page, from
// the other tabs, and from the pages that come back by Back. A session that merely ended is another
// matter: there the page stays and asks to sign in.
//
// One entry of the browser's storage: the id of who was in last, or OUT after a sign-out. Tabs hear
// of its change at once; a page that was frozen meanwhile looks when it is shown again.

import { wipe } from "./drafts.js";

const KEY = "marketplace-reader"; // none of what wiping removes
const OUT = "out";
const listening = new AbortController(); // until the page is gone: then it stays so

export function watchWhoIsIn() {
  const reader = document.querySelector("unread-badge")?.dataset.user;
  if (!reader) {
    if (known() === OUT) wipe(); // a tab that was closed and opened again brings its storage back
    return;
  }
  const { signal } = listening;
  const look = () => lookAround(reader);
  window.addEventListener("storage", ({ key }) => key === KEY && look(), { signal });
  window.addEventListener("pageshow", ({ persisted }) => persisted && look(), { signal });
  document.addEventListener("visibilitychange", () => document.hidden || look(), { signal });
  document.addEventListener("submit", ({ target }) => isSignOut(target) && signOut(), { signal });
  const [navigation] = performance.getEntriesByType("navigation");
  if (navigation?.type === "back_forward") look(); // it may come from the browser's cache
  else remember(reader);
}

function isSignOut({ action }) {
  return new URL(action, location).pathname.endsWith("/logout");
}

/** Before the server knows, so that it holds whatever becomes of the answer. The form itself must
 * be on the page until it is sent. */
function signOut() {
  remember(OUT);
  wipe();
  setTimeout(leave);
}

function lookAround(reader) {
  const now = known();
  if (now === OUT) leave();
  else if (now !== null && now !== reader) location.reload(); // the page is somebody else's
}

/** Nothing of it stays: elements that leave the page stop what they do. */
function leave() {
  listening.abort();
  const place = document.querySelector("template[data-signed-out]");
  document.body.replaceChildren(place?.content.cloneNode(true) ?? "");
  document.body.className = "";
  document.title = place?.dataset.signedOut ?? "";
  wipe();
}

function known() {
  try {
    return localStorage.getItem(KEY);
  } catch {
    return null;
  }
}

function remember(who) {
  try {
    localStorage.setItem(KEY, who);
  } catch {
    // Each tab is by itself, then.
  }
}
