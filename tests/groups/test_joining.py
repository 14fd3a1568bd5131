"""Being asked, joining, going and coming back: who is in, and what is there for them."""

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from marketplace.accounts.models import User
from marketplace.messaging import blocks, conversations, groups, inbox, messages, places
from marketplace.messaging.models import Participant, Role
from marketplace.storage.database import db
from marketplace.texts.errors import ForbiddenError, InvalidError, NotFoundError
from tests import cast
from tests.messaging.pictures import uploaded


def texts(user: User, conversation: int) -> list[str]:
    """What is there for somebody, lines as their sentences."""
    return [each.body for each in messages.latest(places.get_for(user, conversation))[0]]


def roles(conversation: int) -> dict[str, Role]:
    rows = db.session.execute(
        select(User.name, Participant.role)
        .join(Participant, Participant.user_id == User.id)
        .where(Participant.conversation_id == conversation, Participant.left_at.is_(None))
    )
    return {row.name: row.role for row in rows}


def test_who_opens_a_group_is_its_admin_and_the_others_are_asked(
    app: Flask, app_context: None, bea: User, sam: User
) -> None:
    cast.meet(app, bea, sam)
    family = groups.open_group(bea, [sam.id], "Family")
    assert roles(family) == {"Bea": Role.ADMIN}
    assert texts(bea, family) == ["Bea opened the group “Family”.", "Bea invited Sam."]
    (asked,) = groups.invitations_of(sam)
    assert (asked.conversation_id, asked.title, asked.inviter_name) == (family, "Family", "Bea")
    with pytest.raises(NotFoundError):
        places.get_for(sam, family)
    assert inbox.inbox_of(sam, q="family").rows == []


def test_a_form_that_is_sent_twice_opens_one_group(
    app: Flask, as_bea: FlaskClient, bea: User, sam: User
) -> None:
    """In turn, and at once. Mechanism: ``_find_opened``."""
    cast.meet(app, bea, sam)
    form = as_bea.get("/messages/new").text
    (client_id,) = re.findall(r'name="client_id" value="([^"]+)"', form)
    data = {"csrf_token": cast.token(as_bea), "people": str(sam.id), "client_id": client_id}
    opened = {as_bea.post("/messages/new", data=data).location for _ in range(2)}
    assert len(opened) == 1
    ids: list[int] = []
    act = lambda: ids.append(groups.open_group(bea, [sam.id], "Two clicks", "c"))  # noqa: E731
    at_once(app, act, act, act)
    assert len(ids) == 3
    assert len(set(ids)) == 1
    with app.app_context():
        assert len(groups.invitations_of(sam)) == 2


def test_one_sees_what_is_written_from_ones_joining_on(
    app_context: None, bea: User, mia: User, invited: int
) -> None:
    messages.send(bea, invited, "Before", "2")
    groups.accept(mia, invited)
    messages.send(bea, invited, "After", "3")
    assert texts(mia, invited) == ["Mia joined.", "After"]
    assert texts(bea, invited)[-3:] == ["Before", "Mia joined.", "After"]
    assert places.get_for(mia, invited).unread == 1
    assert groups.invitations_of(mia) == []


def test_who_left_sees_nothing_and_who_comes_back_only_what_is_new(
    app_context: None, bea: User, sam: User, family: int
) -> None:
    groups.leave(sam, family)
    with pytest.raises(NotFoundError):
        places.get_for(sam, family)
    messages.send(bea, family, "While away", "2")
    groups.invite(bea, family, sam.id)
    groups.accept(sam, family)
    messages.send(bea, family, "Welcome", "3")
    assert texts(sam, family) == ["Sam joined.", "Welcome"]
    conversations.mark_unread(sam, family)
    assert places.get_for(sam, family).unread == 1
    assert "Sam left." in texts(bea, family)


def test_who_is_removed_is_out_at_once_on_every_way(
    app: Flask, as_bea: FlaskClient, as_sam: FlaskClient, sam: User, bea: User, family: int
) -> None:
    assert as_sam.get(f"/messages/{family}/poll").status_code == 200
    with app.app_context():
        groups.remove(bea, family, sam.id)
        assert texts(bea, family)[-1] == "Bea removed Sam."
        assert inbox.unread_totals(sam).conversations <= 1  # that with Bea
    for path in ("", "/poll", "/history", "/members", "/readers/4"):
        assert as_sam.get(f"/messages/{family}{path}").status_code == 404, path
    assert f'data-conversation="{family}"' not in as_sam.get("/messages").text
    sent = as_sam.post(f"/messages/{family}", data={"csrf_token": cast.token(as_sam), "body": "x"})
    assert sent.status_code == 404


def test_declining_tells_nobody_and_can_be_asked_again(
    app_context: None, bea: User, mia: User, invited: int
) -> None:
    before = texts(bea, invited)
    groups.decline(mia, invited)
    assert texts(bea, invited) == before
    with pytest.raises(NotFoundError):
        groups.accept(mia, invited)
    groups.invite(bea, invited, mia.id)
    groups.accept(mia, invited)


def test_only_those_one_may_write_to_can_be_asked(
    app_context: None, bea: User, olly: User, family: int
) -> None:
    for other in (olly.id, 10**30, 0, -1):
        with pytest.raises(NotFoundError):
            groups.invite(bea, family, other)
        with pytest.raises(NotFoundError):
            groups.open_group(bea, [other])


def test_neither_side_of_a_block_can_ask_the_other_in(
    app_context: None, bea: User, mia: User, invited: int
) -> None:
    """Mechanism: ``policy._available`` for who asks, ``_are_apart`` for who was asked before."""
    blocks.block(mia, bea.id)
    assert groups.invitations_of(mia) == []
    with pytest.raises(NotFoundError):
        groups.accept(mia, invited)
    groups.remove(bea, invited, mia.id)
    with pytest.raises(NotFoundError):
        groups.invite(bea, invited, mia.id)


def test_a_group_is_full_with_fifty_who_are_in_or_asked(
    app: Flask, app_context: None, bea: User, family: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(groups, "PARTICIPANTS_MAX", 3)
    for name, fits in (("Zoe", True), ("Yan", False)):
        other = cast.person(app, name)
        cast.meet(app, bea, other)
        if fits:
            groups.invite(bea, family, other.id)
        else:
            with pytest.raises(InvalidError):
                groups.invite(bea, family, other.id)
    ids = [each.id for each in (other, *(cast.person(app, n) for n in "abc"))]
    with pytest.raises(InvalidError):
        groups.open_group(bea, ids)


def test_asking_twice_or_whom_is_in_changes_nothing(
    app_context: None, bea: User, sam: User, mia: User, invited: int
) -> None:
    before = texts(bea, invited)
    groups.invite(bea, invited, mia.id)
    groups.invite(bea, invited, sam.id)
    assert texts(bea, invited) == before


def test_the_last_one_to_go_ends_the_group_and_its_invitations(
    app_context: None, bea: User, sam: User, mia: User, invited: int
) -> None:
    groups.leave(sam, invited)
    groups.leave(bea, invited)
    assert groups.invitations_of(mia) == []


def at_once(app: Flask, *acts: Callable[[], Any]) -> list[BaseException | None]:
    """Do all of them at the same moment; what each raised."""
    together = Barrier(len(acts))

    def act(each: Callable[[], Any]) -> BaseException | None:
        with app.app_context():
            together.wait()
            try:
                each()
            except (groups.LastAdminError, ForbiddenError, NotFoundError, InvalidError) as error:
                return error
            return None

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(act, acts))


def test_two_admins_who_leave_at_once_leave_one_of_them(
    app: Flask, bea: User, sam: User, mia: User, invited: int
) -> None:
    """Mechanism: the conversation's lock comes before the roles are read."""
    with app.app_context():
        groups.accept(mia, invited)
        groups.set_role(bea, invited, sam.id, Role.ADMIN)
    raised = at_once(app, lambda: groups.leave(bea, invited), lambda: groups.leave(sam, invited))
    with app.app_context():
        assert list(roles(invited).values()).count(Role.ADMIN) == 1
    assert sum(isinstance(each, groups.LastAdminError) for each in raised) == 1


def test_one_who_accepts_twice_at_once_joins_once(
    app: Flask, bea: User, mia: User, invited: int
) -> None:
    accept = lambda: groups.accept(mia, invited)  # noqa: E731
    raised = at_once(app, accept, accept, accept)
    assert sum(each is None for each in raised) == 1
    with app.app_context():
        assert texts(bea, invited).count("Mia joined.") == 1


def test_a_seat_is_given_once(
    app: Flask, bea: User, family: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(groups, "PARTICIPANTS_MAX", 3)
    people = [cast.person(app, name) for name in ("Zoe", "Yan")]
    for each in people:
        cast.meet(app, bea, each)
    raised = at_once(
        app,
        *[lambda each=each: groups.invite(bea, family, each.id) for each in people],  # type: ignore[misc]
    )
    assert sum(isinstance(each, InvalidError) for each in raised) == 1
    with app.app_context():
        asked = groups.invited_to(places.get_for(bea, family))
        inside = db.session.scalar(
            select(func.count()).where(
                Participant.conversation_id == family, Participant.left_at.is_(None)
            )
        )
    assert (len(asked), inside) == (1, 2)


@pytest.mark.parametrize("path", ["", "/history", "/members"])
def test_who_goes_while_their_page_is_made_sees_nothing_of_what_comes_after(
    app: Flask,
    as_sam: FlaskClient,
    bea: User,
    sam: User,
    family: int,
    monkeypatch: pytest.MonkeyPatch,
    path: str,
) -> None:
    """Mechanism: ``company_in`` looks at the place again."""
    get_for = places.get_for

    def get_and_go(user: User, conversation_id: int) -> places.FullPlace:
        monkeypatch.undo()
        found = get_for(user, conversation_id)
        groups.remove(bea, family, sam.id)
        messages.send(bea, family, "Now that he is gone", "late")
        return found

    monkeypatch.setattr(places, "get_for", get_and_go)
    answer = as_sam.get(f"/messages/{family}{path}")
    assert answer.status_code == 404
    assert "Now that he is gone" not in answer.text


def test_a_page_ends_with_what_was_there_when_its_place_was_read(
    app: Flask,
    as_sam: FlaskClient,
    bea: User,
    family: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """What comes meanwhile comes with the first poll, from the page's cursor on."""
    get_for = places.get_for

    def get_and_write(user: User, conversation_id: int) -> places.FullPlace:
        monkeypatch.undo()
        found = get_for(user, conversation_id)
        messages.send(bea, family, "Meanwhile", "late")
        return found

    monkeypatch.setattr(places, "get_for", get_and_write)
    page = as_sam.get(f"/messages/{family}").text
    log = page[page.index("<message-log") :]
    assert "Meanwhile" not in log
    cursor = int(page.split('data-cursor="')[1].split('"')[0])
    news = as_sam.get(f"/messages/{family}/poll?after={cursor}").json["messages"]
    assert [each["body"] for each in news] == ["Meanwhile"]


def test_a_picture_is_there_for_those_who_see_its_message_and_nobody_else(
    app: Flask, bea: User, sam: User, mia: User, olly: User, invited: int
) -> None:
    """On its address, in both sizes: who is invited, comes later, has left, or came back."""
    (picture,) = uploaded(app, bea)
    with app.app_context():
        messages.send(bea, invited, "", "picture", [picture])

    def found(person: User) -> set[int]:
        browser = cast.browser_of(app, person)
        paths = (f"/api/v1/attachments/{picture}", f"/api/v1/attachments/{picture}?size=thumb")
        return {browser.get(path, buffered=True).status_code for path in paths}

    assert (found(bea), found(sam)) == ({200}, {200})
    assert (found(mia), found(olly)) == ({404}, {404})
    with app.app_context():
        groups.accept(mia, invited)
        groups.leave(sam, invited)
    assert (found(mia), found(sam)) == ({404}, {404})
    with app.app_context():
        groups.invite(bea, invited, sam.id)
        groups.accept(sam, invited)
    assert found(sam) == {404}
