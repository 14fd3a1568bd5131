"""``/poll``: what is new since a cursor, or 304."""

import logging

from flask import Response, current_app, g, jsonify, request
from sqlalchemy.exc import DBAPIError
from werkzeug.http import parse_etags

from marketplace.accounts.security import current_sign_in_id
from marketplace.messaging import participants, poll, presence
from marketplace.messaging.places import Place
from marketplace.messaging.views.blueprint import messaging
from marketplace.messaging.views.numbers import number_argument
from marketplace.messaging.views.rendering import Renderer
from marketplace.operations import metrics
from marketplace.operations.overload import Load, current_load
from marketplace.storage.database import reader

logger = logging.getLogger(__name__)

STATE = "marketplace.poll_state"  # in the WSGI environment: what the short way has found out


@messaging.get("/messages/<int:conversation_id>/poll", endpoint="poll")
def answer(conversation_id: int) -> Response:
    """Nothing new is said cheaply; everything else with the cursor to go on from.

    ``short_way.py`` does the first part too, in front of the application.
    """
    load = current_load()
    state = request.environ.get(STATE)
    if isinstance(state, Exception):
        raise state
    if state is None:
        load.check_room()
        state = poll.state_of(reader(), current_sign_in_id(), conversation_id)
    after = number_argument("after", default=0)
    g.locale = state.locale
    if not state.seen_lately:
        _note_seen(state.user_id)
    if is_told(state, request.headers.get("If-None-Match"), after):
        response = current_app.response_class(status=304)
        response.headers["ETag"] = state.tag
    else:
        response = _news(state, conversation_id, after)
    response.headers.extend(headers(load, current_app.config["POLL_INTERVAL"]))
    return response


def is_told(state: poll.State, tags: str | None, after: int) -> bool:
    """Whether who asks with this If-None-Match and cursor has been told this very state."""
    if not tags or after > state.version:
        return False
    # A proxy that compresses an answer makes its tag a weak one.
    one = tags.removeprefix("W/")
    return one == state.tag or parse_etags(tags).contains_weak(state.tag.strip('"'))


def headers(load: Load, interval: float) -> list[tuple[str, str]]:
    """What goes with every answer: the pause in seconds, for who gets no body to read it in."""
    return [
        ("Poll-Interval", f"{load.slowed(interval):g}"),
        ("Cache-Control", "private, no-cache"),
    ]


def _news(state: poll.State, conversation_id: int, after: int) -> Response:
    place = Place(
        conversation_id, state.user_id, state.first_seq
    )  # the state says that it is theirs
    news = poll.news_since(state, place, after)
    metrics.current_figures().note_delivered(
        item.created_at for item in news.items if item.is_news_for(state.user_id)
    )
    company = participants.company_in(place)
    renderer = Renderer(place, company)
    response = jsonify(
        cursor=news.cursor,
        has_more=news.has_more,
        reset=news.reset,
        messages=[renderer.as_json(item) for item in company.as_told(news.items)],
        participants=[each.as_json() for each in company.everyone],
        **({"participant_count": len(company.everyone)} if company.is_group else {}),
        closed=company.closed,
        unread={
            "messages": state.unread.messages,
            "conversations": state.unread.conversations,
        },
        interval=current_load().slowed(current_app.config["POLL_INTERVAL"]),
    )
    response.headers["ETag"] = state.tag_at(news.cursor)
    return response


def _note_seen(user_id: int) -> None:
    """Presence is a courtesy: a database too busy for it must not cost anybody a message."""
    try:
        presence.note_seen(user_id)
    except DBAPIError:
        logger.warning("could not note that a reader was seen")
