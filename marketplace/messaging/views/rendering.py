"""A message as HTML: the page, the history and the poll all take it from here."""

from typing import Any

from flask import current_app

from marketplace.messaging.messages import MessageItem


def message_html(item: MessageItem, reader_id: int, receipt_seq: int) -> str:
    """The one template of a message, for this reader."""
    template: Any = current_app.jinja_env.get_template("messaging/_message.html")
    return str(template.module.message(item, reader_id, receipt_seq))


def item_with_html(item: MessageItem, reader_id: int, receipt_seq: int) -> dict[str, Any]:
    """The poll's form of a message."""
    return item.as_json() | {"html": message_html(item, reader_id, receipt_seq)}
