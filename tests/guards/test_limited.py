"""Every address that writes or is dear to answer has a limit, and meets it."""

import io
from dataclasses import dataclass
from typing import Any

import pytest
from flask import Flask, url_for
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from marketplace.accounts.models import User
from marketplace.messaging import conversations, messages
from marketplace.operations import limits
from marketplace.operations.limited import BEFORE, FORMS, INSIDE, NONE
from marketplace.operations.limits import Limit
from marketplace.texts.errors import TooManyError
from marketplace.web.sessions import SIGN_IN_KEY
from tests import cast
from tests.catalogue import uploads
from tests.guards.forms import browser_at

TYPED = "what I typed"
HERE, ELSEWHERE = "203.0.113.1", "203.0.113.2"
FOR_NOBODY = ("accounts.login", "accounts.register", "accounts.reset", "accounts.choose_password")
SHOWS_NO_TEXT = {"accounts.login", "accounts.password", "accounts.reset", "attachments.upload"}


def may(limit: Limit, who: str) -> bool:
    """Spend one."""
    try:
        limit.spend(who)
    except TooManyError:
        return False
    return True


@dataclass(frozen=True)
class Scene:
    """Bea has asked Sam about his bicycle, and has a lamp to sell. ``sam`` and ``nobody`` come
    from ``HERE``."""

    app: Flask
    seller: User
    bicycle: int
    lamp: int
    conversation: int
    sam: FlaskClient
    nobody: FlaskClient
    tokens: dict[FlaskClient, str]

    def ask(self, method: str, endpoint: str, client: FlaskClient | None = None) -> TestResponse:
        """One good request to this endpoint, by Sam where it is for people."""
        client = client or (self.nobody if endpoint in FOR_NOBODY else self.sam)
        address = self._address(method, endpoint)
        token = self.tokens[client]
        fields = self._fields() | {"csrf_token": token}
        if not endpoint.startswith("accounts."):
            fields = {name: each for name, each in fields.items() if "password" not in name}
        if not address.startswith("/api/"):
            return client.open(address, method=method, data=fields if method == "POST" else None)
        headers = {"X-CSRFToken": token}
        if endpoint == "attachments.upload":
            picture = (io.BytesIO(uploads.jpeg()), "a.jpg")
            return client.post(address, data={"file": picture}, headers=headers)
        body = self._bodies().get(endpoint) if method != "GET" else None
        return client.open(address, method=method, json=body, headers=headers)

    def use_up(self, limit: Limit) -> None:
        """For Sam, for his session, and for who comes from ``HERE``."""
        with self.sam.session_transaction() as cookie:
            session = f"sign-in {cookie[SIGN_IN_KEY]}"
        with self.app.test_request_context(environ_base={"REMOTE_ADDR": HERE}):
            for who in (f"user {self.seller.id}", session, f"address {HERE}", HERE):
                while may(limit, who):
                    pass

    def _address(self, method: str, endpoint: str) -> str:
        known = {
            "listing_id": self.lamp if "contact" in endpoint else self.bicycle,
            "conversation_id": self.conversation,
            "user_id": self.seller.id + 1,
            "token": "x",
            "seq": 1,
            "report_id": 1,
            "notice_id": 1,
        }
        rule = next(
            rule for rule in self.app.url_map.iter_rules(endpoint) if method in (rule.methods or ())
        )
        values = {name: known[name] for name in rule.arguments}
        with self.app.test_request_context():
            return url_for(endpoint, **values)

    def _fields(self) -> dict[str, Any]:
        return {
            "body": TYPED,
            "title": TYPED,
            "description": TYPED,
            "price": "12",
            "currency": "EUR",
            "name": TYPED,
            "email": "new@example.com",
            "password": cast.PASSWORD,
            "new_password": cast.PASSWORD + "!",
            "language": "fr",
            "status": "sold",
            "reason": "spam",
            "details": TYPED,
            "version": "1",
        }

    def _bodies(self) -> dict[str, Any]:
        return {
            "conversations.arrange": {"muted": True},
            "conversations.mark_read": {"seq": 1},
            "conversations.send": {"body": TYPED},
            "groups.invite": {"user_id": self.seller.id + 1},
            "groups.open_group": {"participant_ids": [self.seller.id + 1]},
            "groups.set_role": {"role": "admin"},
            "moderation-api.decide": {"decision": "closed"},
            "reports.report": {"conversation_id": self.conversation, "reason": "spam"},
        }


@pytest.fixture
def scene(limited: Flask, sam: User, bea: User, bicycle: int) -> Scene:
    with limited.app_context():
        conversation = conversations.open_about(bea, bicycle)
        messages.send(bea, conversation, "Is it still available?", "1")
    as_sam, nobody = cast.browser_of(limited, sam), browser_at(limited, HERE)
    as_sam.environ_base["REMOTE_ADDR"] = HERE
    tokens = {each: cast.token(each) for each in (as_sam, nobody)}
    lamp = cast.listing(limited, bea, "Lamp")
    return Scene(limited, sam, bicycle, lamp, conversation, as_sam, nobody, tokens)


def test_the_table_is_the_whole_application(app: Flask):
    there = {
        (method, rule.endpoint)
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    table = [*BEFORE, *INSIDE, *NONE]
    assert there == set(table)
    assert len(table) == len(set(table)), "each stands in one place"
    assert all(NONE.values()), "none without a reason"
    assert not {each for each in NONE if each[0] != "GET"} - {("POST", "accounts.logout")}


def test_every_limit_is_some_address_s():
    named = {each for each in vars(limits).values() if isinstance(each, Limit)}
    beside = {limits.LETTERS}  # of who is written to, whoever asks
    assert named - beside == {*BEFORE.values(), *INSIDE.values(), limits.SEARCHES}


@pytest.mark.parametrize(("method", "endpoint"), sorted(BEFORE | INSIDE), ids=" ".join)
def test_past_its_limit_each_says_when_to_come_back(scene: Scene, method: str, endpoint: str):
    """Mechanism: ``_spend`` of ``limited.py``, and each view of ``INSIDE`` for itself."""
    scene.use_up((BEFORE | INSIDE)[method, endpoint])
    answer = scene.ask(method, endpoint)
    assert answer.status_code == 429
    assert 0 < int(answer.headers["Retry-After"]) <= 3600
    if answer.is_json:
        assert answer.json is not None
        assert answer.json["error"]["code"] == "too_many"
    else:
        assert "That was too often. Please try again in" in answer.text
        if (method, endpoint) in INSIDE and endpoint not in SHOWS_NO_TEXT:
            assert TYPED in answer.text, "what was typed stays"


@pytest.mark.parametrize("endpoint", sorted(endpoint for _method, endpoint in FORMS))
def test_a_form_that_is_refused_counts_as_a_page(scene: Scene, endpoint: str):
    """Mechanism: ``FORMS``. Strangers could have forms refused as fast as the machine is."""
    scene.use_up(limits.PAGES)
    answer = scene.ask("POST", endpoint)
    assert answer.status_code == 429
    assert TYPED in answer.text or endpoint in SHOWS_NO_TEXT


def test_what_has_no_limit_is_answered_when_all_are_used_up(scene: Scene):
    """Above all the poll."""
    for limit in {*BEFORE.values(), *INSIDE.values(), limits.SEARCHES}:
        scene.use_up(limit)
    poll = f"/messages/{scene.conversation}/poll?after=0"
    for address in (poll, "/api/v1/unread", "/healthz", "/readyz", "/metrics"):
        assert scene.sam.get(address).status_code in (200, 404), address
    assert scene.ask("POST", "accounts.logout").status_code == 303


def test_a_person_is_counted_wherever_they_are_and_others_at_their_place_are_not(
    scene: Scene, bea: User
):
    """Mechanism: ``who_asks``."""
    as_bea = cast.browser_of(scene.app, bea)
    as_bea.environ_base["REMOTE_ADDR"] = HERE
    scene.use_up(limits.PAGES)
    scene.sam.environ_base["REMOTE_ADDR"] = ELSEWHERE
    assert scene.sam.get("/marketplace/mine").status_code == 429
    assert as_bea.get("/marketplace/mine").status_code == 200
    scene.nobody.environ_base["REMOTE_ADDR"] = ELSEWHERE
    assert scene.nobody.get("/marketplace").status_code == 200


def test_a_search_is_counted_apart_from_pages(scene: Scene):
    scene.use_up(limits.SEARCHES)
    for client, path in ((scene.sam, "/messages"), (scene.nobody, "/marketplace")):
        assert client.get(f"{path}?q=bicycle").status_code == 429
        assert client.get(f"{path}?q=+&page=1").status_code == 200
    assert scene.nobody.head("/marketplace?q=bicycle").status_code == 429


def test_a_forged_request_costs_its_victim_nothing(scene: Scene):
    address = f"/messages/{scene.conversation}/archive"
    for _ in range(130):  # more than ARRANGING has
        assert scene.sam.post(address, data={"csrf_token": "x"}).status_code == 400
    assert scene.ask("POST", "messaging.archive").status_code == 303
