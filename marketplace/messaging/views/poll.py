"""``/poll``: what is new since a cursor, or 304."""

import logging

from flask import Response, current_app, g, jsonify, request
from sqlalchemy.exc import DBAPIError

from marketplace import metrics
from marketplace.accounts.security import current_sign_in_id
from marketplace.messaging import participants, poll
from marketplace.messaging.views.blueprint import messaging
from marketplace.messaging.views.numbers import number_argument
from marketplace.messaging.views.rendering import item_with_html
from marketplace.overload import current_load

logger = logging.getLogger(__name__)


@messaging.get("/messages/<int:conversation_id>/poll", endpoint="poll")
def answer(conversation_id: int) -> Response:
    """Nothing new is said cheaply; everything else with the cursor to go on from."""
    current_load().check_room()
    state = poll.state_of(current_sign_in_id(), conversation_id)
    after = number_argument("after", default=0)
    g.locale = state.locale
    if not state.seen_lately:
        _note_seen(state.user_id)
    tag = state.etag(state.version)
    if after <= state.version and request.if_none_match.contains_weak(tag):
        response = current_app.response_class(status=304)
        response.set_etag(tag)
    else:
        response = _news(state, conversation_id, after)
    response.headers["Poll-Interval"] = f"{_interval():g}"  # for who got no body to read it in
    response.headers["Cache-Control"] = "private, no-cache"
    return response


def _news(state: poll.State, conversation_id: int, after: int) -> Response:
    news = poll.news_since(state, conversation_id, after)
    metrics.current_figures().note_delivered(
        item.created_at for item in news.items if item.is_news_for(state.user_id)
    )
    everyone = participants.participants_of(conversation_id)
    receipt_seq = participants.receipt_seq(everyone, state.user_id)
    response = jsonify(
        cursor=news.cursor,
        has_more=news.has_more,
        reset=news.reset,
        messages=[item_with_html(item, state.user_id, receipt_seq) for item in news.items],
        participants=[each.as_json() for each in everyone],
        unread={
            "messages": state.unread.messages,
            "conversations": state.unread.conversations,
        },
        interval=_interval(),
    )
    response.set_etag(state.etag(news.cursor))
    return response


def _interval() -> float:
    """Seconds until this reader may ask again."""
    return current_load().slowed(current_app.config["POLL_INTERVAL"])


def _note_seen(user_id: int) -> None:
    """Presence is a courtesy: a database too busy for it must not cost anybody a message."""
    try:
        participants.seen(user_id)
    except DBAPIError:
        logger.warning("could not note that a reader was seen")
