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
export async function request(method, url, { json, etag } = {}) {
  const headers = { Accept: "application/json" };
  if (etag) headers["If-None-Match"] = etag;
  if (method !== "GET") headers["X-CSRFToken"] = csrfToken();
  if (json) headers["Content-Type"] = "application/json";
  const response = await fetch(url, {
    method,
    headers,
    body: json && JSON.stringify(json),
    cache: "no-store",
    signal: AbortSignal.timeout(TIMEOUT_MS),
  }).catch(() => {
    throw new RequestError(0);
  });
  if (response.ok || response.status === 304) return response;
  throw await errorOf(response);
}

/** A page of ours as a document, to take a part of it over. */
export async function requestPage(url) {
  const response = await fetch(url, { signal: AbortSignal.timeout(TIMEOUT_MS) });
  if (!response.ok) throw new RequestError(response.status);
  return new DOMParser().parseFromString(await response.text(), "text/html");
}

/** A name for a new message: 32 hexadecimal digits. `randomUUID` is missing on plain HTTP. */
export function newClientId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

function csrfToken() {
  return document.querySelector('meta[name="csrf-token"]').content;
}

async function errorOf(response) {
  const answer = await response.json().catch(() => ({}));
  const seconds = Number.parseInt(response.headers.get("Retry-After"), 10);
  return new RequestError(
    response.status,
    answer.error,
    Number.isNaN(seconds) ? null : seconds,
  );
}
