// What is written and not yet acknowledged, kept in this browser by person and conversation.
// A browser that keeps nothing (a private window, a full disk) costs the memory, not the page.
//
// Two tabs may write to one conversation: each has its own draft, in its own storage, and the one
// written last is kept in the browser's as well, for the tab that comes after both are closed.

const PREFIX = "marketplace:";
const OF_TAB = "sessionStorage";
const OF_BROWSER = "localStorage";

/** This tab's draft; or the browser's, which is this tab's from now on. */
export function read(key) {
  const text = get(OF_TAB, key) ?? get(OF_BROWSER, key);
  put(OF_TAB, key, text);
  return text;
}

/** Take note of a draft as it is now. */
export function write(key, text) {
  const before = get(OF_TAB, key);
  put(OF_TAB, key, text);
  if (text || before === get(OF_BROWSER, key)) keep(key, text);
}

/** A draft became a message. What another tab has written is none of it. */
export function sent(key, text) {
  put(OF_TAB, key, "");
  if (get(OF_BROWSER, key) === text) keep(key, "");
}

/** Keep a text for the whole browser; an empty one is forgotten. */
export function keep(key, text) {
  put(OF_BROWSER, key, text);
}

/** All that is kept for the browser under keys that begin like this: [key, text] each. */
export function entries(beginning) {
  return keysOf(OF_BROWSER, beginning).map((key) => [key, get(OF_BROWSER, key)]);
}

/** Signing out: nothing stays behind for whoever uses this browser next. */
export function wipe() {
  for (const storage of [OF_TAB, OF_BROWSER]) {
    for (const key of keysOf(storage, "")) put(storage, key, "");
  }
}

function get(storage, key) {
  try {
    return window[storage].getItem(PREFIX + key);
  } catch {
    return null;
  }
}

function put(storage, key, text) {
  try {
    if (text) window[storage].setItem(PREFIX + key, text);
    else window[storage].removeItem(PREFIX + key);
  } catch {
    // Nothing can be kept here.
  }
}

function keysOf(storage, beginning) {
  try {
    return Object.keys(window[storage])
      .filter((key) => key.startsWith(PREFIX + beginning))
      .map((key) => key.slice(PREFIX.length));
  } catch {
    return [];
  }
}
