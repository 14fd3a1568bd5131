"""How numbers are read from addresses."""

from typing import Any

from flask import Flask
from werkzeug.routing import IntegerConverter, Map

BIGGEST = 2**63 - 1  # what a database's BIGINT holds


class NumberConverter(IntegerConverter):
    """``<int:…>`` that finds no page for a number no row can have, where drivers would raise."""

    def __init__(self, url_map: Map, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("max", BIGGEST)
        super().__init__(url_map, *args, **kwargs)


def init_app(app: Flask) -> None:
    """Take the place of Werkzeug's own converter; before any route is registered."""
    app.url_map.converters["int"] = NumberConverter
