"""A browser for a served site: cookies, forms and their tokens, no scripts."""

import re
import urllib.error
import urllib.request
from http.cookiejar import CookieJar
from urllib.parse import urlencode

TOKEN = re.compile(r'name="csrf-token" content="([^"]+)"')


class Visitor:
    """Follows redirects, and takes an error page for a page."""

    def __init__(self, url: str) -> None:
        self._url = url
        cookies = urllib.request.HTTPCookieProcessor(CookieJar())
        self._opener = urllib.request.build_opener(cookies)

    def get(self, path: str) -> str:
        """A page's text."""
        return self._open(urllib.request.Request(self._url + path))

    def fill_in(self, path: str, **fields: str) -> str:
        """Open the page at a path and send the form that goes there; the text of the answer."""
        found = TOKEN.search(self.get(path))
        assert found, f"no token on {path}"
        return self.send(path, csrf_token=found[1], **fields)

    def send(self, path: str, **fields: str) -> str:
        """Send a form; the text of the answer."""
        return self._open(urllib.request.Request(self._url + path, urlencode(fields).encode()))

    def _open(self, request: urllib.request.Request) -> str:
        try:
            with self._opener.open(request, timeout=30) as answer:
                text: str = answer.read().decode()
                return text
        except urllib.error.HTTPError as error:
            with error:
                return error.read().decode()
