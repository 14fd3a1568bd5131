"""Every route and operation of a group, by everybody: what is theirs, and what does not exist.

A new route about a conversation fails here until it stands in the table.
"""

from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from marketplace.accounts.models import User
from marketplace.messaging import blocks, conversation_blocks, groups, messages
from marketplace.moderation import moderators
from tests import cast

WHO = (
    *("anonymous", "stranger", "invited", "member", "admin"),
    *("former", "removed", "blocked_by_admin", "in_blocked", "moderator"),
)
API = "/api/v1/conversations/{c}"
NOT_THERE = {"stranger": 404, "former": 404, "removed": 404, "moderator": 404}


def _row(
    method: str,
    path: str,
    sent: dict[str, Any] | None,
    member: int,
    admin: int,
    *,
    invited: int = 404,
    in_blocked: int | None = None,
) -> Any:
    """:param in_blocked: a member's, while the conversation is blocked."""
    speaks_json = path.startswith("/api") or path.endswith(("/poll", "/history"))
    nobody = 401 if speaks_json else 303
    expected = NOT_THERE | {
        "anonymous": nobody,
        "invited": invited,
        "member": member,
        "admin": admin,
        "blocked_by_admin": member,
        "in_blocked": member if in_blocked is None else in_blocked,
    }
    return pytest.param(method, path, sent, expected, id=f"{method} {path}")


PAGE = "/messages/{c}"
TABLE = [
    _row("GET", PAGE, None, 200, 200),
    _row("GET", PAGE + "/poll", None, 200, 200),
    _row("GET", PAGE + "/history", None, 200, 200),
    _row("GET", PAGE + "/members", None, 200, 200),
    _row("GET", PAGE + "/readers/{own}", None, 200, 200),
    _row("GET", PAGE + "/report", None, 200, 200),
    _row("POST", PAGE, {"body": "Hello"}, 303, 303, in_blocked=403),
    _row("POST", PAGE + "/read", {"seq": "4"}, 303, 303),
    _row("POST", PAGE + "/archive", {}, 303, 303),
    _row("POST", PAGE + "/mute", {}, 303, 303),
    _row("POST", PAGE + "/unread", {}, 303, 303),
    _row("POST", PAGE + "/report", {"reason": "spam"}, 303, 303),
    _row("POST", PAGE + "/invite", {"user_id": "{zoe}"}, 403, 303),
    _row("POST", PAGE + "/members/{sam}/role", {"role": "admin"}, 403, 303),
    _row("POST", PAGE + "/members/{sam}/remove", {}, 403, 303),
    _row("POST", PAGE + "/rename", {"title": "New"}, 403, 303),
    _row("POST", PAGE + "/leave", {}, 303, 409),
    _row("POST", PAGE + "/accept", {}, 404, 404, invited=303),
    _row("POST", PAGE + "/decline", {}, 404, 404, invited=303),
    _row("POST", PAGE + "/block", {"blocked": "1"}, 403, 303),
    _row("PATCH", API, {"muted": True}, 200, 200),
    _row("POST", API + "/messages", {"body": "Hello"}, 201, 201, in_blocked=403),
    _row("PUT", API + "/read", {"seq": 4}, 200, 200),
    _row("DELETE", API + "/read", None, 200, 200),
    _row("PUT", API + "/typing", None, 204, 204, in_blocked=403),
    _row("GET", API + "/participants", None, 200, 200),
    _row("POST", API + "/participants", {"user_id": "{zoe}"}, 403, 204),
    _row("PATCH", API + "/participants/{sam}", {"role": "admin"}, 403, 204),
    _row("DELETE", API + "/participants/{zoe}", None, 403, 404),
    _row("PUT", API + "/invitation", None, 404, 404, invited=204),
    _row("DELETE", API + "/invitation", None, 404, 404, invited=204),
    _row("PUT", API + "/block", None, 403, 204),
    _row("DELETE", API + "/block", None, 403, 204),
]


@pytest.fixture
def people(
    app: Flask, bea: User, sam: User, mia: User, olly: User, invited: int
) -> dict[str, User]:
    """Who plays which part; Zoe is somebody whom Bea can ask in."""
    others = {name: cast.person(app, name) for name in ("Lea", "Rob", "Zoe", "Ben")}
    mo = cast.person(app, "Mo")
    for each in others.values():
        cast.meet(app, bea, each)
    with app.app_context():
        for name in ("Lea", "Rob", "Ben"):
            groups.invite(bea, invited, others[name].id)
            groups.accept(others[name], invited)
        messages.send(others["Ben"], invited, "Mine", "own")
        moderators.add(mo.email)
        groups.leave(others["Lea"], invited)
        groups.remove(bea, invited, others["Rob"].id)
    return {
        "stranger": olly,
        "invited": mia,
        "member": sam,
        "admin": bea,
        "former": others["Lea"],
        "removed": others["Rob"],
        "blocked_by_admin": others["Ben"],
        "in_blocked": sam,
        "moderator": mo,
        "zoe": others["Zoe"],
    }


def ask(client: FlaskClient, method: str, path: str, sent: Any) -> TestResponse:
    if path.startswith("/api"):
        headers = {"X-CSRFToken": cast.token(client)} if method != "GET" else {}
        return client.open(path, method=method, json=sent, headers=headers)
    data = sent if sent is None else sent | {"csrf_token": cast.token(client)}
    return client.open(path, method=method, data=data)


def _filled(value: Any, names: dict[str, object]) -> Any:
    if isinstance(value, dict):
        return {key: _filled(each, names) for key, each in value.items()}
    if isinstance(value, str):
        text = value.format(**names)
        return int(text) if value == "{zoe}" else text
    return value


@pytest.mark.parametrize(("method", "path", "sent", "expected"), TABLE)
def test_what_each_gets(
    app: Flask,
    client: FlaskClient,
    people: dict[str, User],
    invited: int,
    method: str,
    path: str,
    sent: Any,
    expected: dict[str, int],
) -> None:
    got = {}
    own = {"member": 5, "in_blocked": 5, "admin": 4, "blocked_by_admin": 13}
    order = [who for who in WHO if who not in ("admin", "in_blocked")]
    # What an admin does changes the most; but they go only while somebody is left.
    in_turn = (*order, "in_blocked", "admin")
    for who in sorted(in_turn, key=lambda who: path.endswith("/leave") and who != "admin"):
        with app.app_context():
            if who == "blocked_by_admin":
                blocks.block(people["admin"], people[who].id)
            if who == "in_blocked":
                conversation_blocks.block(people["admin"], invited)
            else:
                conversation_blocks.unblock(people["admin"], invited)
        if who == "in_blocked" and path.endswith("/leave"):
            got[who] = expected[who]  # gone by now, as the member
            continue
        browser = client if who == "anonymous" else cast.browser_of(app, people[who])
        names = {
            "c": invited,
            "sam": people["member"].id,
            "zoe": people["zoe"].id,
            "own": own.get(who, 4),
        }
        if who == "anonymous" and method != "GET":
            got[who] = expected[who]  # without a session there is no token: tests/guards
            continue
        answer = ask(browser, method, _filled(path, names), _filled(sent, names))
        got[who] = answer.status_code
        if expected[who] == 404:
            there_is_none = _filled(path, names | {"c": 10**9})
            missing = ask(browser, method, there_is_none, _filled(sent, names))
            assert _comparable(answer) == _comparable(missing), who
    assert got == expected


def _comparable(answer: TestResponse) -> Any:
    """What tells one refusal from another: an error page carries tokens of its own."""
    return answer.status_code, answer.json if answer.is_json else answer.mimetype


def test_every_route_about_a_conversation_stands_in_the_table(app: Flask) -> None:
    known = {
        (row.values[0], _shape(row.values[1].format(c=1, sam=1, zoe=1, own=1))) for row in TABLE
    }
    routes = {
        (method, _shape(rule.rule))
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
        if "<int:conversation_id>" in rule.rule
    }
    assert routes - known == set()


def _shape(path: str) -> str:
    return "/".join(
        "*" if each.startswith("<") or each.isdigit() else each for each in path.split("/")
    )
