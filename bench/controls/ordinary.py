"""The application with every poll answered by Flask: the ordinary path."""

from marketplace import create_app
from marketplace.messaging.views.short_way import ShortWay

ShortWay.find_headers = lambda *_: None  # type: ignore[method-assign]  # taken out
app = create_app()
