"""Admins and members: who may do what, and that a group always has an admin."""

import pytest

from marketplace.accounts.models import User
from marketplace.messaging import groups, messages, places
from marketplace.messaging.models import Role
from marketplace.texts.errors import ForbiddenError, InvalidError
from tests.groups.test_joining import roles, texts


def test_a_member_decides_nothing_about_others(
    app_context: None, bea: User, sam: User, mia: User, invited: int
) -> None:
    for act in (
        lambda: groups.invite(sam, invited, mia.id),
        lambda: groups.remove(sam, invited, bea.id),
        lambda: groups.remove(sam, invited, mia.id),
        lambda: groups.set_role(sam, invited, sam.id, Role.ADMIN),
        lambda: groups.rename(sam, invited, "Mine"),
    ):
        with pytest.raises(ForbiddenError):
            act()


def test_the_only_admin_hands_over_before_they_go(
    app_context: None, bea: User, sam: User, family: int
) -> None:
    with pytest.raises(groups.LastAdminError) as refused:
        groups.leave(bea, family)
    assert refused.value.code == "last_admin"
    with pytest.raises(groups.LastAdminError):
        groups.set_role(bea, family, bea.id, Role.MEMBER)
    groups.set_role(bea, family, sam.id, Role.ADMIN)
    groups.leave(bea, family)
    assert roles(family) == {"Sam": Role.ADMIN}
    assert texts(sam, family)[-2:] == ["Bea made Sam an admin.", "Bea left."]


def test_who_can_no_longer_act_hands_over_to_who_is_there_the_longest(
    app_context: None, bea: User, sam: User, mia: User, invited: int
) -> None:
    groups.accept(mia, invited)
    groups.hand_over(bea)
    assert roles(invited) == {"Bea": Role.ADMIN, "Sam": Role.ADMIN, "Mia": Role.MEMBER}
    assert texts(mia, invited)[-1] == "Sam is an admin now."
    groups.hand_over(bea)
    groups.hand_over(mia)
    assert texts(mia, invited)[-1] == "Sam is an admin now.", "there is one already"


def test_an_admin_who_left_comes_back_as_a_member(
    app_context: None, bea: User, sam: User, family: int
) -> None:
    groups.set_role(bea, family, sam.id, Role.ADMIN)
    groups.leave(bea, family)
    groups.invite(sam, family, bea.id)
    groups.accept(bea, family)
    assert roles(family) == {"Bea": Role.MEMBER, "Sam": Role.ADMIN}


def test_only_a_groups_roles_are_given(
    app_context: None, bea: User, sam: User, family: int
) -> None:
    with pytest.raises(InvalidError):
        groups.set_role(bea, family, sam.id, Role.SELLER)


def test_a_title_is_one_line_that_leads_nowhere(app_context: None, bea: User, family: int) -> None:
    groups.rename(bea, family, "  Ride\n to the lake ")
    assert places.get_for(bea, family).title == "Ride to the lake"
    assert texts(bea, family)[-1] == "Bea renamed the group to “Ride to the lake”."
    for wrong in (
        *("x" * 81, "see https://evil.example/now", "nul\0", "call 06 12 34 56 78"),
        *("Marketplace", "Customer Service", "S u p p o r t", "Verified", "Lake ✓"),
    ):
        with pytest.raises(InvalidError):
            groups.rename(bea, family, wrong)
    for right in ("Team Lyon", "Équipe de foot", "100 % vélo", "Tour 2026"):
        groups.rename(bea, family, right)
    groups.rename(bea, family, " ")
    assert places.get_for(bea, family).title is None


def test_lines_make_nothing_unread_and_cannot_be_written(
    app_context: None, bea: User, sam: User, family: int
) -> None:
    before = places.get_for(sam, family).unread
    groups.rename(bea, family, "Other")
    assert places.get_for(sam, family).unread == before
    line = messages.latest(places.get_for(sam, family))[0][-1]
    assert line.is_line
    assert line.as_json()["data"] == {"by": {"id": bea.id, "name": "Bea"}, "title": "Other"}
