"""A page that stays open in a tab, with its form as it was when the page came."""

from html.parser import HTMLParser

from flask.testing import FlaskClient
from werkzeug.test import TestResponse


class Tab:
    """The form in a page's main part: what it holds is sent, with what is typed over it.

    :param page: a path to open, or an answer that is shown already.
    """

    def __init__(self, client: FlaskClient, page: str | TestResponse) -> None:
        answer = client.get(page) if isinstance(page, str) else page
        self._client = client
        self.path = page if isinstance(page, str) else page.request.path
        self.text = answer.text
        reader = _FormReader()
        reader.feed(self.text)
        self.action = reader.action or self.path
        self.fields = reader.fields

    def send(self, path: str | None = None, **typed: object) -> TestResponse:
        """Press its button; to send it elsewhere is for buttons with an address of their own."""
        data = {name: value for name, value in self.fields.items() if value is not None}
        sent = {name: value for name, value in (data | typed).items() if value is not None}
        return self._client.post(path or self.action, data=sent)


class _FormReader(HTMLParser):
    """Reads the first form that writes, after the beginning of ``main``."""

    def __init__(self) -> None:
        super().__init__()
        self.action = ""
        self.fields: dict[str, str | None] = {}
        self._place = "before"
        self._name = ""
        self._text: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "main":
            self._place = "main"
        elif tag == "form" and self._place == "main" and given.get("method") == "post":
            self._place, self.action = "form", given.get("action") or ""
        elif self._place == "form":
            self._read_field(tag, given)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form" and self._place == "form":
            self._place = "after"
        elif tag == "textarea" and self._name:
            self.fields[self._name] = "".join(self._text).removeprefix("\n")
            self._name = ""

    def handle_data(self, data: str) -> None:
        self._text.append(data)

    def _read_field(self, tag: str, given: dict[str, str | None]) -> None:
        name, kind = given.get("name") or "", given.get("type") or "text"
        if tag == "textarea":
            self._name, self._text = name, []
        elif tag == "select":
            self._select = name
        elif tag == "option" and "selected" in given:
            self.fields[self._select] = given.get("value")
        elif tag == "input" and name and kind != "file":
            is_off = kind in ("checkbox", "radio") and "checked" not in given
            if not is_off:
                self.fields[name] = given.get("value") or ""
