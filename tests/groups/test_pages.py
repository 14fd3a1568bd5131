"""The pages of a group, without scripts: opening one, who is in it, and what is refused where."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from marketplace.accounts.models import User
from marketplace.messaging import blocks, groups, inbox, messages, places
from marketplace.messaging.group_names import group_name
from tests import cast


def post(client: FlaskClient, path: str, **data: object):
    return client.post(path, data=data | {"csrf_token": cast.token(client)})


def test_a_group_is_opened_by_a_form(
    app: Flask, as_bea: FlaskClient, as_sam: FlaskClient, bea: User, sam: User
) -> None:
    cast.meet(app, bea, sam)
    page = as_bea.get("/messages/new").text
    assert f'name="people" value="{sam.id}"' in page
    answer = post(as_bea, "/messages/new", title="Lake", people=str(sam.id))
    assert answer.status_code == 303
    conversation = int(answer.location.rpartition("/")[2])
    asked = as_sam.get("/messages").text
    assert f'data-invitation="{conversation}"' in asked
    assert '<strong dir="auto">Lake</strong>' in asked
    assert post(as_sam, f"/messages/{conversation}/accept").location == f"/messages/{conversation}"
    assert "Sam joined." in as_sam.get(f"/messages/{conversation}").text


def test_what_is_wrong_stands_beside_its_field_with_all_that_was_typed(
    app: Flask, as_bea: FlaskClient, bea: User, sam: User
) -> None:
    cast.meet(app, bea, sam)
    for data, wrong in (
        ({"title": "Lake"}, "Please choose somebody."),
        ({"title": "x" * 81, "people": str(sam.id)}, "At most 80 characters fit here."),
        ({"title": "Lake", "people": "999999"}, "you cannot write to them"),
        ({"title": "Lake", "people": "9" * 40}, "you cannot write to them"),
    ):
        answer = post(as_bea, "/messages/new", **data)
        assert answer.status_code == 422
        assert wrong in answer.text
        assert f'value="{data["title"]}"' in answer.text
    assert (
        f'value="{sam.id}" checked'
        in post(as_bea, "/messages/new", title="x" * 81, people=str(sam.id)).text
    )


def test_looking_for_a_name_without_scripts_keeps_who_was_chosen(
    app: Flask, as_bea: FlaskClient, bea: User, sam: User, mia: User
) -> None:
    for each in (sam, mia):
        cast.meet(app, bea, each)
    answer = post(as_bea, "/messages/new", search="1", q="mía", people=str(sam.id), title="Lake")
    assert answer.status_code == 200
    found = re.findall(r'name="people" value="(\d+)"( checked)?', answer.text)
    assert found == [(str(sam.id), " checked"), (str(mia.id), "")]
    assert 'value="Lake"' in answer.text
    assert "Nobody of that name" in post(as_bea, "/messages/new", search="1", q="zzz").text


def test_the_people_of_a_group_and_what_an_admin_can_do(
    as_bea: FlaskClient, as_sam: FlaskClient, sam: User, mia: User, invited: int
) -> None:
    of_admin = as_bea.get(f"/messages/{invited}/members").text
    of_member = as_sam.get(f"/messages/{invited}/members").text
    for page in (of_admin, of_member):
        assert f'data-member="{sam.id}"' in page
        assert f'data-invited="{mia.id}"' in page
    assert "/remove" in of_admin
    assert "/remove" not in of_member
    refused = post(as_bea, f"/messages/{invited}/leave")
    assert (refused.status_code, "You are the only admin" in refused.text) == (409, True)
    wrong = post(as_bea, f"/messages/{invited}/rename", title="y" * 81)
    assert (wrong.status_code, 'value="' + "y" * 81 in wrong.text) == (422, True)
    assert post(as_bea, f"/messages/{invited}/invite", user_id="777777").status_code == 422


def test_bubbles_have_names_and_the_own_one_says_how_many_have_read(
    app: Flask, as_bea: FlaskClient, as_sam: FlaskClient, bea: User, sam: User, family: int
) -> None:
    page = as_bea.get(f"/messages/{family}").text
    assert '<p class="sender"' in page
    assert ">Read by all</span>" not in page
    post(as_sam, f"/messages/{family}/read")
    assert ">Read by all</span>" in as_bea.get(f"/messages/{family}").text
    with app.app_context():
        messages.send(bea, family, "And you?", "2")
    news = as_bea.get(f"/messages/{family}/poll").json["messages"][-1]
    assert ">Sent</span>" in news["html"]
    assert f'href="/messages/{family}/readers/6"' in news["html"]


def test_who_has_read_a_message_and_who_has_not(
    app: Flask, as_bea: FlaskClient, as_sam: FlaskClient, family: int
) -> None:
    before = as_bea.get(f"/messages/{family}/readers/4").text
    assert "Nobody yet." in before
    post(as_sam, f"/messages/{family}/read")
    after = as_bea.get(f"/messages/{family}/readers/4").text
    assert "Nobody yet." not in after
    for seq in (1, 5, 99):  # a line, another's, none
        assert as_bea.get(f"/messages/{family}/readers/{seq}").status_code == 404


def test_messages_of_somebody_blocked_are_folded_for_who_blocked(
    app: Flask, as_bea: FlaskClient, as_sam: FlaskClient, bea: User, sam: User, family: int
) -> None:
    with app.app_context():
        blocks.block(bea, sam.id)
        messages.send(sam, family, "Still here", "2")  # both stay
        assert places.get_for(bea, family).other_name is None
    assert as_bea.get(f"/messages/{family}").text.count('<details class="folded">') == 2
    assert '<details class="folded">' not in as_sam.get(f"/messages/{family}").text


def test_somebody_in_a_group_is_blocked_among_its_people(
    as_sam: FlaskClient, bea: User, sam: User, family: int
) -> None:
    people = f"/messages/{family}/members"
    assert ">Block<" in as_sam.get(people).text
    assert post(as_sam, f"/users/{bea.id}/block?next={people}", blocked="1").location == people
    assert ">Unblock<" in as_sam.get(people).text
    assert post(as_sam, f"/messages/{family}", body="Still here").status_code == 303


def test_the_inbox_shows_a_group_by_its_title_or_its_people(
    app: Flask, app_context: None, as_bea: FlaskClient, bea: User, sam: User, family: int
) -> None:
    row = inbox.inbox_of(bea).rows[0]
    assert (row.name, row.sender_name, row.preview) == ("Family", "Sam", "To the lake.")
    groups.rename(bea, family, "")
    row = inbox.inbox_of(bea).rows[0]
    assert (row.name, row.preview) == ("Sam", "Bea took the group's title away.")
    for q, found in (("sam", True), ("lake", True), ("nobody", False)):
        ids = [each.conversation_id for each in inbox.inbox_of(bea, q=q).rows]
        assert (family in ids) is found, q


@pytest.mark.parametrize(
    ("names", "said"),
    [
        ([], "Only you"),
        (["Sam"], "Sam"),
        (["Sam", "Mia"], "Sam and Mia"),
        (["Sam", "Mia", "Zoe"], "Sam, Mia and Zoe"),
        (["Sam", "Mia", "Zoe", "Ben", "Lea"], "Sam, Mia and 3 more"),
    ],
)
def test_a_group_without_a_title_goes_by_names(app: Flask, names: list[str], said: str) -> None:
    with app.test_request_context():
        assert group_name(None, names) == said


def test_a_blocked_conversation_says_so_and_is_opened_again(
    as_bea: FlaskClient, as_sam: FlaskClient, family: int
) -> None:
    post(as_bea, f"/messages/{family}/block", blocked="1")
    page = as_sam.get(f"/messages/{family}").text
    assert "This conversation is blocked; nobody can write in it." in page
    assert "Bea blocked this conversation." in page
    assert 'id="composer"' not in page
    assert "Open this conversation again" in as_bea.get(f"/messages/{family}").text
    post(as_bea, f"/messages/{family}/block", blocked="0")
    assert 'id="composer"' in as_sam.get(f"/messages/{family}").text


def test_of_two_only_who_blocked_the_conversation_opens_it(
    app: Flask, as_bea: FlaskClient, as_sam: FlaskClient, bea: User, sam: User
) -> None:
    conversation = cast.meet(app, bea, sam)
    post(as_sam, f"/messages/{conversation}/block", blocked="1")
    assert post(as_bea, f"/messages/{conversation}/block", blocked="0").status_code == 403
    assert 'id="composer"' not in as_bea.get(f"/messages/{conversation}").text
    post(as_sam, f"/messages/{conversation}/block", blocked="0")
    assert 'id="composer"' in as_bea.get(f"/messages/{conversation}").text


def test_whom_one_may_write_to_is_found_by_name_and_without_address(
    app: Flask, as_bea: FlaskClient, bea: User, sam: User, olly: User
) -> None:
    cast.meet(app, bea, sam)
    for path in ("/api/v1/users?q=SÁM", "/api/v1/users/available"):
        answer = as_bea.get(path)
        assert answer.json == {
            "items": [{"id": sam.id, "name": "Sam", "role": "seller"}],
            "next": None,
        }
    assert as_bea.get("/api/v1/users?q=olly").json["items"] == []
    with app.app_context():
        blocks.block(sam, bea.id)
    assert as_bea.get("/api/v1/users/available").json["items"] == []
