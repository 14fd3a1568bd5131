// What is written and not yet acknowledged, kept in this browser by person and conversation.
// A browser that keeps nothing (a private window, a full disk) costs the memory, not the page.

const PREFIX = "marketplace:";

export function read(key) {
  try {
    return localStorage.getItem(PREFIX + key);
  } catch {
    return null;
  }
}

/** Keep a text; an empty one is forgotten. */
export function keep(key, text) {
  try {
    if (text) localStorage.setItem(PREFIX + key, text);
    else localStorage.removeItem(PREFIX + key);
  } catch {
    // Nothing can be kept here.
  }
}

/** All that is kept under keys that begin like this: [key, text] each. */
export function entries(beginning) {
  try {
    return Object.entries(localStorage)
      .filter(([key]) => key.startsWith(PREFIX + beginning))
      .map(([key, text]) => [key.slice(PREFIX.length), text]);
  } catch {
    return [];
  }
}

/** Signing out: nothing stays behind for whoever uses this browser next. */
export function wipe() {
  for (const [key] of entries("")) keep(key, "");
}
