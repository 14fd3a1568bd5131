"""A report is looked at, decided once, and told of; every look and act stays on record."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from marketplace.accounts.models import User
from marketplace.messaging import conversation_blocks, messages, places, reports
from marketplace.messaging.models import Reason, Role
from marketplace.moderation import moderators, notices, queue
from marketplace.moderation.models import Act, Decision, Told
from marketplace.storage.database import db
from marketplace.texts.errors import ForbiddenError, InvalidError, NotFoundError
from tests import cast

DEEDS = sorted(queue.DECISIONS)


@pytest.fixture
def mod(app: Flask) -> User:
    """Mo moderates."""
    person = cast.person(app, "Mo")
    with app.app_context():
        moderators.add("mo@example.com")
    return person


@pytest.fixture
def as_mod(app: Flask, mod: User) -> FlaskClient:
    return cast.browser_of(app, mod)


@pytest.fixture
def conversation(app: Flask, bea: User, sam: User) -> int:
    """Bea's with Sam, who is rude in its thirtieth message; Sam writes on after it."""
    found = cast.meet(app, bea, sam)
    with app.app_context():
        for number in range(2, 30):
            messages.send(bea, found, f"Number {number}", str(number))
        messages.send(sam, found, "You fool", "rude")
    return found


@pytest.fixture
def report(app: Flask, bea: User, sam: User, conversation: int) -> int:
    with app.app_context():
        made = reports.report(bea, conversation, "abuse", "He insults me.", 30)
        messages.send(sam, conversation, "Written later", "later")
    return made


def decide(client: FlaskClient, report: int, act: str):
    data = {"csrf_token": cast.token(client), "decision": act}
    return client.post(f"/moderation/{report}", data=data)


def test_a_moderator_sees_what_was_reported_and_ten_around_it(
    as_mod: FlaskClient, conversation: int, report: int
) -> None:
    assert f'data-report="{report}"' in as_mod.get("/moderation").text
    page = as_mod.get(f"/moderation/{report}").text
    assert "You fool" in page
    assert "He insults me." in page
    assert page.count("data-seq=") == 11
    assert "Number 20" in page
    assert "Number 19" not in page
    assert "Written later" not in page, "nothing that came after the report"
    for path in ("", "/poll", "/history"):
        assert as_mod.get(f"/messages/{conversation}{path}").status_code == 404


def test_nothing_is_here_for_anybody_else(
    app: Flask, as_bea: FlaskClient, as_sam: FlaskClient, report: int, mod: User
) -> None:
    for client in (as_bea, as_sam):
        token = {"X-CSRFToken": cast.token(client)}
        for path in ("/moderation", f"/moderation/{report}", "/moderation/log"):
            assert client.get(path).status_code == 404
        assert decide(client, report, "dismissed").status_code == 404
        api = "/api/v1/moderation/reports"
        assert client.get(api).status_code == 404
        sent = client.post(f"{api}/{report}/decision", json={"decision": "closed"}, headers=token)
        assert sent.status_code == 404
    with app.app_context():
        moderators.remove("mo@example.com")
    assert cast.browser_of(app, mod).get("/moderation").status_code == 404


def test_a_moderator_finds_the_reports_from_their_profile(
    as_mod: FlaskClient, as_bea: FlaskClient
) -> None:
    assert 'href="/moderation"' in as_mod.get("/profile").text
    assert 'href="/moderation"' not in as_bea.get("/profile").text


def test_what_a_reporter_joined_after_is_not_there_for_a_moderator_either(
    app: Flask, as_mod: FlaskClient, bea: User, sam: User
) -> None:
    group = cast.group(app, bea, sam)
    with app.app_context():
        first = places.get_for(sam, group).first_seq
        messages.send(bea, group, "Rude", "1")
        made = reports.report(sam, group, "abuse", "", first + 1)
    page = as_mod.get(f"/moderation/{made}").text
    assert "Sam joined." in page
    assert "Bea invited Sam." not in page


def test_a_message_taken_down_is_a_tombstone_everywhere(
    app: Flask, as_mod: FlaskClient, as_bea: FlaskClient, sam: User, conversation: int, report: int
) -> None:
    cursor = as_bea.get(f"/messages/{conversation}/poll?after=0").json["cursor"]
    assert decide(as_mod, report, "taken_down").status_code == 303
    (news,) = as_bea.get(f"/messages/{conversation}/poll?after={cursor}").json["messages"]
    assert (news["seq"], news["body"], news["deleted"]) == (30, "", True)
    for path in ("", "/history"):
        assert "You fool" not in as_bea.get(f"/messages/{conversation}{path}").text
    assert "You fool" not in as_mod.get(f"/moderation/{report}").text


def test_who_is_warned_is_told_until_they_put_it_away(
    app: Flask,
    as_mod: FlaskClient,
    as_sam: FlaskClient,
    as_bea: FlaskClient,
    sam: User,
    report: int,
) -> None:
    decide(as_mod, report, "warned")
    assert "it breaks our rules" in as_sam.get("/messages").text
    with app.app_context():
        (notice,) = notices.of(sam)
    data = {"csrf_token": cast.token(as_bea)}
    as_bea.post(f"/notices/{notice.id}", data=data)
    assert "it breaks our rules" in as_sam.get("/messages").text, "not another's to put away"
    as_sam.post(f"/notices/{notice.id}", data={"csrf_token": cast.token(as_sam)})
    assert "it breaks our rules" not in as_sam.get("/messages").text


def test_a_closed_conversation_is_opened_by_nobody_in_it(
    app: Flask,
    as_mod: FlaskClient,
    as_sam: FlaskClient,
    bea: User,
    sam: User,
    conversation: int,
    report: int,
) -> None:
    decide(as_mod, report, "closed")
    page = as_sam.get(f"/messages/{conversation}").text
    assert "This conversation was closed by who runs the site." in page
    assert "Mo" not in page.replace("More", "").replace("Mobile", "")
    with app.app_context():
        for person in (bea, sam):
            with pytest.raises(ForbiddenError):
                messages.send(person, conversation, "Hello?", "x")
            with pytest.raises(ForbiddenError):
                conversation_blocks.unblock(person, conversation)


def test_a_suspended_account_is_signed_out_at_once_and_can_be_reinstated(
    app: Flask, as_mod: FlaskClient, as_sam: FlaskClient, sam: User, conversation: int, report: int
) -> None:
    assert as_sam.get(f"/messages/{conversation}/poll").status_code == 200
    decide(as_mod, report, "suspended")
    assert as_sam.get(f"/messages/{conversation}/poll").status_code == 401
    login = {"email": "sam@example.com", "password": cast.PASSWORD}
    fresh = app.test_client()
    token = {"csrf_token": cast.token(fresh)}
    assert fresh.post("/login", data=login | token).status_code == 422
    assert app.test_cli_runner().invoke(args=["reinstate", "sam@example.com"]).exit_code == 0
    assert fresh.post("/login", data=login | token).status_code == 303


def test_a_group_of_somebody_suspended_has_another_admin(
    app: Flask, as_mod: FlaskClient, bea: User, sam: User
) -> None:
    group = cast.group(app, sam, bea)
    with app.app_context():
        messages.send(sam, group, "Rude", "1")
        seq = places.get_for(bea, group).seq
        made = reports.report(bea, group, "abuse", "", seq)
    decide(as_mod, made, "suspended")
    with app.app_context():
        assert places.get_for(bea, group).role is Role.ADMIN


@pytest.mark.parametrize("act", DEEDS)
def test_who_reported_hears_what_came_of_it(
    app: Flask, as_mod: FlaskClient, as_bea: FlaskClient, bea: User, report: int, act: Act
) -> None:
    assert decide(as_mod, report, act.value).status_code == 303
    page = as_bea.get("/messages").text
    told = Told.DISMISSED if act is Act.DISMISSED else Told.ACTED
    assert f'data-notice="{told.value}"' in page
    assert "Sam" not in page[page.index("data-notice") : page.index("data-conversation")]
    assert f'data-report="{report}"' not in as_mod.get("/moderation").text


def test_of_two_who_decide_at_once_one_is_told_so(app: Flask, mod: User, report: int) -> None:
    together = Barrier(2)

    def act(what: Act) -> bool:
        with app.app_context():
            together.wait()
            try:
                queue.decide(mod, report, what)
            except queue.DecidedError:
                return False
            return True

    with ThreadPoolExecutor(2) as pool:
        done = list(pool.map(act, (Act.DISMISSED, Act.WARNED)))
    assert sorted(done) == [False, True]
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Decision)) == 1
        decided = [each.act for each in queue.records() if each.act is not Act.LOOKED]
        assert len(decided) == 1


def test_every_look_and_act_is_recorded_for_administrators(
    app: Flask, as_mod: FlaskClient, report: int
) -> None:
    as_mod.get(f"/moderation/{report}")
    decide(as_mod, report, "dismissed")
    assert as_mod.get("/moderation/log").status_code == 404
    cast.person(app, "Ada")
    runner = app.test_cli_runner()
    added = runner.invoke(args=["moderator", "add", "ada@example.com", "--administrator"])
    assert (added.exit_code, added.output) == (0, "Ada is now an administrator.\n")
    with app.app_context():
        ada = db.session.scalars(select(User).where(User.name == "Ada")).one()
    page = cast.browser_of(app, ada).get("/moderation/log").text
    assert page.index("dismissed it") < page.index("looked at it")
    lines = runner.invoke(args=["moderation-log"]).output.splitlines()
    assert [line.split("\t")[1:] for line in lines] == [
        [f"{each.moderator_id} Mo", str(report), each.act.value] for each in _records(app)
    ]


def _records(app: Flask) -> list[queue.Entry]:
    with app.app_context():
        return queue.records()


def test_what_cannot_be_done_is_said_beside_the_choice(
    app: Flask, as_mod: FlaskClient, bea: User, conversation: int
) -> None:
    with app.app_context():
        whole = reports.report(bea, conversation, "spam")
    for wrong in ("", "nonsense", "looked", "taken_down"):
        answer = decide(as_mod, whole, wrong)
        assert answer.status_code == 422
        assert 'id="decision-errors"' in answer.text
    assert as_mod.get("/moderation/999").status_code == 404
    assert decide(as_mod, 999, "closed").status_code == 404


def test_only_a_message_of_somebody_else_can_be_reported(
    app: Flask, as_bea: FlaskClient, bea: User, conversation: int
) -> None:
    with app.app_context():
        for seq in (1, 99, 0, -1):
            with pytest.raises(InvalidError):
                reports.report(bea, conversation, "spam", "", seq)
    form = as_bea.get(f"/messages/{conversation}/report").text
    assert 'value="30"' in form
    assert 'value="29"' not in form
    data = {"csrf_token": cast.token(as_bea), "reason": "spam", "seq": "30"}
    assert as_bea.post(f"/messages/{conversation}/report", data=data).status_code == 303
    answer = as_bea.post(f"/messages/{conversation}/report", data=data | {"seq": "2"})
    assert answer.status_code == 422
    assert "Please choose a message of somebody else." in answer.text


def test_the_same_by_json(app: Flask, as_mod: FlaskClient, report: int) -> None:
    api, token = "/api/v1/moderation/reports", {"X-CSRFToken": cast.token(as_mod)}
    (item,) = as_mod.get(api).json["items"]
    assert (item["id"], item["reason"]) == (report, Reason.ABUSE.value)
    decision = {"json": {"decision": "dismissed"}, "headers": token}
    assert as_mod.post(f"{api}/{report}/decision", **decision).status_code == 204
    assert as_mod.post(f"{api}/{report}/decision", **decision).status_code == 409
    assert as_mod.get(api).json["items"] == []


def test_somebody_who_has_no_account_cannot_moderate(app: Flask) -> None:
    result = app.test_cli_runner().invoke(args=["moderator", "add", "nobody@example.com"])
    assert result.exit_code == 1
    assert "Nobody has an account with this address." in result.output
    with app.app_context(), pytest.raises(NotFoundError):
        moderators.add("nobody@example.com")
