"""The conversation page and its forms, without a script."""

import re
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import update

from marketplace.accounts.models import User
from marketplace.catalogue.models import Listing, Status
from marketplace.messaging import conversations, messages, places
from marketplace.storage.database import db
from tests import cast

LOG_MESSAGE = re.compile(r'<li[^>]*data-seq="(\d+)"')


def page_of(client: FlaskClient, conversation: int) -> str:
    answer = client.get(f"/messages/{conversation}")
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


def test_it_shows_the_messages_and_a_place_to_write(as_sam: FlaskClient, asked: int) -> None:
    page = page_of(as_sam, asked)
    assert LOG_MESSAGE.findall(page) == ["1"]
    assert "Is it still available?" in page
    assert 'role="log"' in page
    assert re.search(r'<form[^>]*id="composer"', page)
    assert re.search(r'<textarea[^>]*name="body"', page)


def test_own_messages_carry_a_status_and_anothers_none(
    app: Flask, as_sam: FlaskClient, as_bea: FlaskClient, sam: User, asked: int
) -> None:
    def status(client: FlaskClient) -> str | None:
        found = re.search(r'<li[^>]*data-seq="1"[^>]*>', page_of(client, asked))
        assert found
        named = re.search(r'data-status="(\w+)"', found[0])
        return named and named[1]

    assert (status(as_bea), status(as_sam)) == ("sent", None)
    with app.app_context():
        conversations.mark_read(sam, asked, 1)
    assert (status(as_bea), status(as_sam)) == ("read", None)


def test_looking_at_it_reads_nothing(
    app: Flask, as_sam: FlaskClient, sam: User, asked: int
) -> None:
    page_of(as_sam, asked)
    as_sam.get(f"/messages/{asked}/history")
    with app.app_context():
        assert places.get_for(sam, asked).unread == 1


def test_a_form_sends_and_comes_back(as_sam: FlaskClient, asked: int) -> None:
    sent = as_sam.post(
        f"/messages/{asked}", data={"csrf_token": cast.token(as_sam), "body": "Yes\r\nit is"}
    )
    assert (sent.status_code, sent.location) == (303, f"/messages/{asked}")
    assert "Yes\nit is" in page_of(as_sam, asked)


def test_a_double_click_sends_once(as_sam: FlaskClient, asked: int) -> None:
    found = re.search(r'name="client_id"[^>]*value="([^"]+)"', page_of(as_sam, asked))
    assert found
    form = {"csrf_token": cast.token(as_sam), "body": "Yes", "client_id": found[1]}
    for _ in range(2):
        assert as_sam.post(f"/messages/{asked}", data=form).status_code == 303
    assert LOG_MESSAGE.findall(page_of(as_sam, asked)) == ["1", "2"]


@pytest.mark.parametrize("text", ["", "  \r\n ", "z" * 5001])
def test_a_refused_text_stays_in_the_form(as_sam: FlaskClient, asked: int, text: str) -> None:
    refused = as_sam.post(
        f"/messages/{asked}", data={"csrf_token": cast.token(as_sam), "body": text}
    )
    page = refused.get_data(as_text=True)
    assert refused.status_code == 422
    assert text.strip() in page
    assert 'role="alert"' in page
    assert LOG_MESSAGE.findall(page_of(as_sam, asked)) == ["1"]


def test_nul_is_a_bad_request(as_sam: FlaskClient, asked: int) -> None:
    refused = as_sam.post(
        f"/messages/{asked}", data={"csrf_token": cast.token(as_sam), "body": "a\0b"}
    )
    assert refused.status_code == 400


def test_a_button_marks_as_read(app: Flask, as_sam: FlaskClient, sam: User, asked: int) -> None:
    done = as_sam.post(
        f"/messages/{asked}/read", data={"csrf_token": cast.token(as_sam), "seq": "1"}
    )
    assert done.status_code == 303
    with app.app_context():
        assert places.get_for(sam, asked).unread == 0


def test_when_it_is_sold_a_sentence_replaces_the_composer(
    app: Flask, as_sam: FlaskClient, asked: int
) -> None:
    with app.app_context():
        db.session.execute(update(Listing).values(status=Status.SOLD))
        db.session.commit()
    page = page_of(as_sam, asked)
    assert 'id="composer"' not in page
    assert "This listing is sold;" in page
    assert "Is it still available?" in page
    refused = as_sam.post(
        f"/messages/{asked}", data={"csrf_token": cast.token(as_sam), "body": "typed in time"}
    )
    assert refused.status_code == 403
    assert "typed in time" in refused.get_data(as_text=True)


def test_history_leads_back_to_the_beginning_without_a_gap(
    app: Flask, as_sam: FlaskClient, bea: User, asked: int
) -> None:
    with app.app_context():
        for number in range(2, 131):
            messages.send(bea, asked, f"text {number}", str(number))
    places = [int(place) for place in LOG_MESSAGE.findall(page_of(as_sam, asked))]
    assert places == list(range(81, 131))
    has_more = True
    while has_more:
        answer: Any = as_sam.get(f"/messages/{asked}/history?before={places[0]}").json
        places = [message["seq"] for message in answer["messages"]] + places
        has_more = answer["has_more"]
        assert all(message["html"] for message in answer["messages"])
    assert places == list(range(1, 131))


def test_without_scripts_earlier_messages_join_those_shown(
    app: Flask, as_sam: FlaskClient, bea: User, asked: int
) -> None:
    with app.app_context():
        for number in range(2, 131):
            messages.send(bea, asked, f"text {number}", str(number))
    earlier = as_sam.get(f"/messages/{asked}?before=81").get_data(as_text=True)
    assert [int(place) for place in LOG_MESSAGE.findall(earlier)] == list(range(31, 131))
    assert f"/messages/{asked}?before=31" in earlier
    earlier = as_sam.get(f"/messages/{asked}?before=31").get_data(as_text=True)
    assert [int(place) for place in LOG_MESSAGE.findall(earlier)] == list(range(1, 131))
    assert "before=" not in earlier


@pytest.mark.parametrize("before", ["abc", "-1", "", 2**63])
def test_a_place_that_is_none_is_refused(as_sam: FlaskClient, asked: int, before: object) -> None:
    assert as_sam.get(f"/messages/{asked}/history?before={before}").status_code == 400


def test_what_a_page_loads_and_what_it_polls_meet_without_a_gap(
    app: Flask, as_sam: FlaskClient, bea: User, asked: int
) -> None:
    """The page's cursor was read before its rows; see also the soak of page loads."""
    page = page_of(as_sam, asked)
    found = re.search(r'data-cursor="(\d+)"', page)
    assert found
    with app.app_context():
        messages.send(bea, asked, "right after", "2")
    answer: Any = as_sam.get(f"/messages/{asked}/poll?after={found[1]}").json
    assert [message["seq"] for message in answer["messages"]] == [2]


def test_one_template_renders_a_message_on_the_page_and_in_the_poll(
    as_sam: FlaskClient, asked: int
) -> None:
    answer: Any = as_sam.get(f"/messages/{asked}/poll").json
    assert answer["messages"][0]["html"].strip() in page_of(as_sam, asked)
