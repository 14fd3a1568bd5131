// Requests of the page to its own site.

const TIMEOUT_MS = 15_000;
const TRY_LATER = [401, 408, 425, 429];

/** An answer that is none of success, or no answer at all (status 0). */
export class RequestError extends Error {
  constructor(status, { code = "", message = "" } = {}, retryAfter = null) {
    super(message);
    this.status = status;
    this.code = code;
    this.retryAfter = retryAfter; // seconds
  }

  /** Whether sending the same again cannot help. A stale form token is cured by signing in. */
  get isFinal() {
    if (this.code === "csrf") return false;
    return this.status >= 400 && this.status < 500 && !TRY_LATER.includes(this.status);
  }
}

/** Ask, and resolve to the response: a success, or 304 when an `etag` was given. */
export function request(method, url, options = {}) {
  return withToken(() => ask(method, url, options));
}

/** Do what needs a form token; when the page's is refused, renew it and do that once more. */
export async function withToken(action) {
  try {
    return await action();
  } catch (error) {
    if (error.code !== "csrf") throw error;
    await renewTokens();
    return action();
  }
}

/** Take over the form tokens of this page as it is fetched now: it may be another sign-in.
 *
 * Rejects with 401 when nobody is signed in. Somebody else's page is loaded instead of this one. */
export async function renewTokens() {
  const page = await requestPage(location.href).catch((error) => {
    if (!error.isFinal) throw error;
    return null;
  });
  if (page && !readerOf(page)) throw new RequestError(401);
  if (!page || readerOf(page) !== readerOf(document)) {
    location.reload();
    throw new RequestError(0);
  }
  const token = csrfToken(page);
  document.querySelector('meta[name="csrf-token"]').content = token;
  for (const field of document.querySelectorAll('[name="csrf_token"]')) field.value = token;
}

/** A page of ours as a document, to take a part of it over. */
export async function requestPage(url) {
  const response = await fetched(url);
  if (!response.ok) throw new RequestError(response.status);
  return new DOMParser().parseFromString(await response.text(), "text/html");
}

/** A name for a new message: 32 hexadecimal digits. `randomUUID` is missing on plain HTTP. */
export function newClientId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

export function csrfToken(page = document) {
  return page.querySelector('meta[name="csrf-token"]').content;
}

/** Seconds to wait, from a header; null when it says nothing. */
export function secondsIn(retryAfter) {
  const seconds = Number.parseInt(retryAfter, 10);
  return Number.isNaN(seconds) ? null : seconds;
}

async function ask(method, url, { json, etag }) {
  const headers = { Accept: "application/json" };
  if (etag) headers["If-None-Match"] = etag;
  if (method !== "GET") headers["X-CSRFToken"] = csrfToken();
  if (json) headers["Content-Type"] = "application/json";
  const body = json && JSON.stringify(json);
  const response = await fetched(url, { method, headers, body, cache: "no-store" });
  if (response.ok || response.status === 304) return response;
  throw await errorOf(response);
}

function fetched(url, options = {}) {
  return fetch(url, { ...options, signal: AbortSignal.timeout(TIMEOUT_MS) }).catch(() => {
    throw new RequestError(0);
  });
}

function readerOf(page) {
  return page.querySelector("unread-badge")?.dataset.user;
}

async function errorOf(response) {
  const answer = await response.json().catch(() => ({}));
  return new RequestError(
    response.status,
    answer.error,
    secondsIn(response.headers.get("Retry-After")),
  );
}
