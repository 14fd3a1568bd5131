"""A young account begins ten conversations a day; an older one as many as it likes."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select, update

from marketplace.accounts.models import User
from marketplace.catalogue.models import Listing
from marketplace.messaging import conversations, policy
from marketplace.messaging.models import Conversation
from marketplace.storage.database import db, transaction, utcnow
from marketplace.texts.errors import TooManyError
from tests import cast

DAY_SECONDS = 24 * 3600


@pytest.fixture
def listings(app: Flask, sam: User) -> list[int]:
    return [cast.listing(app, sam, f"Chair {number}") for number in range(12)]


def test_the_eleventh_in_a_day_is_refused(limited: Flask, bea: User, listings: list[int]):
    """Mechanism: ``pace.check_may_open_another``."""
    assert open_all(limited, bea, listings[:10]) == 10
    with limited.app_context(), pytest.raises(TooManyError) as refused:
        conversations.open_about(bea, listings[10])
    assert DAY_SECONDS - 600 < (refused.value.retry_after or 0) <= DAY_SECONDS
    assert count(limited) == 10


def test_asking_again_about_the_same_is_free(limited: Flask, bea: User, listings: list[int]):
    assert open_all(limited, bea, listings[:10] * 3) == 30
    assert count(limited) == 10


def test_an_account_of_a_week_has_no_such_limit(limited: Flask, bea: User, listings: list[int]):
    make_older(limited, User.created_at, timedelta(days=7))
    with limited.app_context():
        grown = db.session.get_one(User, bea.id)
        assert [conversations.open_about(grown, listing) for listing in listings]
    assert count(limited) == 12


def test_yesterdays_do_not_count(limited: Flask, bea: User, listings: list[int]):
    open_all(limited, bea, listings[:10])
    make_older(limited, Conversation.created_at, timedelta(hours=24))
    assert open_all(limited, bea, listings) == 12


def test_those_that_others_began_do_not_count(
    limited: Flask, sam: User, bea: User, olly: User, listings: list[int]
):
    bicycle = cast.listing(limited, olly, "Bicycle")
    open_all(limited, bea, listings[:10])
    open_all(limited, olly, listings[:10])
    assert open_all(limited, sam, [bicycle]) == 1


def test_many_at_once_are_no_more_than_in_turn(limited: Flask, bea: User, listings: list[int]):
    """Mechanism: the account's row is held while its conversations are counted."""
    with ThreadPoolExecutor(12) as pool:
        opened = sum(pool.map(lambda listing: open_all(limited, bea, [listing]), listings))
    assert opened == 10
    assert count(limited) == 10


def test_the_same_one_at_once_is_found_by_all_at_the_limit(
    limited: Flask, bea: User, listings: list[int], monkeypatch: pytest.MonkeyPatch
):
    """Mechanism: ``open_about`` looks again before it refuses. Here all have looked in vain."""
    open_all(limited, bea, listings[:9])
    together, check = Barrier(4), policy.check_may_open

    def check_together(user: User, listing: Listing) -> None:
        check(user, listing)
        together.wait(20)

    monkeypatch.setattr(policy, "check_may_open", check_together)
    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(lambda _: open_all(limited, bea, [listings[9]]), range(4))) == 4
    assert count(limited) == 10


def test_the_page_says_so_and_keeps_the_text(
    limited: Flask, bea: User, as_bea: FlaskClient, listings: list[int]
):
    open_all(limited, bea, listings[:10])
    form = {"csrf_token": cast.token(as_bea), "body": "Is it still available?"}
    refused = as_bea.post(f"/marketplace/{listings[10]}/contact", data=form)
    assert refused.status_code == 429
    assert 0 < int(refused.headers["Retry-After"]) <= DAY_SECONDS
    assert "A new account can begin 10 conversations a day." in refused.text
    assert "Is it still available?" in refused.text
    assert count(limited) == 10


def open_all(app: Flask, user: User, listings: list[int]) -> int:
    """How many of them were opened or found."""
    done = 0
    for listing in listings:
        with app.app_context():
            try:
                conversations.open_about(db.session.get_one(User, user.id), listing)
            except TooManyError:
                continue
            done += 1
    return done


def make_older(app: Flask, column, age: timedelta) -> None:
    with app.app_context():
        transaction(
            lambda: db.session.execute(update(column.class_).values({column: utcnow() - age}))
        )()


def count(app: Flask) -> int:
    with app.app_context():
        return db.session.scalar(select(func.count()).select_from(Conversation)) or 0
