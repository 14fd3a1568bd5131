// A picture on its way to the server.

import { csrfToken, RequestError, secondsIn, withToken } from "./api.js";

/**
 * Send a picture; resolves to `{id, width, height, url, thumb_url}`, rejects with a RequestError.
 *
 * @param onProgress told what part of it is sent, 0 to 1.
 * @param signal aborts it; then the promise rejects too.
 */
export function upload(url, file, { onProgress, signal }) {
  return withToken(() => send(url, file, onProgress, signal));
}

/** By XMLHttpRequest: fetch does not tell how much of a body is sent. */
function send(url, file, onProgress, signal) {
  return new Promise((resolve, reject) => {
    const sending = new XMLHttpRequest();
    sending.open("POST", url);
    sending.responseType = "json";
    sending.setRequestHeader("Accept", "application/json");
    sending.setRequestHeader("X-CSRFToken", csrfToken());
    sending.upload.addEventListener("progress", ({ loaded, total }) => onProgress(loaded / total));
    sending.addEventListener("load", () => {
      if (sending.status === 201) resolve(sending.response);
      else reject(errorOf(sending));
    });
    for (const end of ["error", "abort"]) {
      sending.addEventListener(end, () => reject(new RequestError(0)));
    }
    signal.addEventListener("abort", () => sending.abort());
    const form = new FormData();
    form.append("file", file);
    sending.send(form);
  });
}

function errorOf(sending) {
  return new RequestError(
    sending.status,
    sending.response?.error,
    secondsIn(sending.getResponseHeader("Retry-After")),
  );
}
