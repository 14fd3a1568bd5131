"""Groups: conversations of many under a title, into which one is asked.

Every verb takes the conversation's lock first, as every writer does, so that what it then reads
about roles and seats is true when it is stored: of two admins who leave at once the second one
finds that nobody else is left. What happened is told by a line; see ``group_lines.py``.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, bindparam, delete, exists, func, insert, or_, select, update
from sqlalchemy.orm import aliased

from marketplace.accounts import deceiving
from marketplace.accounts.models import User
from marketplace.broadcast import ParticipantsChanged, publish
from marketplace.messaging import conversations, messages, pace, places, policy
from marketplace.messaging.blocks import has_blocked
from marketplace.messaging.group_lines import GroupLine, told
from marketplace.messaging.models import (
    GROUP_TITLE_MAX_LENGTH,
    Conversation,
    Invitation,
    Kind,
    Message,
    Participant,
    Role,
)
from marketplace.messaging.places import FullPlace
from marketplace.storage.database import db, reader, transaction, utcnow
from marketplace.storage.statements import Lookup
from marketplace.texts import rules
from marketplace.texts.errors import (
    ConflictError,
    ForbiddenError,
    InvalidError,
    NotFoundError,
)

PARTICIPANTS_MAX = 50  # those who are asked count
ROLES = (Role.ADMIN, Role.MEMBER)
AS_STORED: Any = {"synchronize_session": False}


class LastAdminError(ConflictError):
    """A group must not be left without anybody who can invite and remove."""

    code = "last_admin"


@dataclass(frozen=True)
class InvitationItem:
    """What somebody who is asked gets to see: who asks, and the title. Nothing else."""

    conversation_id: int
    title: str | None
    inviter_id: int
    inviter_name: str
    inviter_is_staff: bool
    created_at: datetime


@dataclass(frozen=True)
class Invited:
    """Somebody who was asked and has not answered, as those who are in see them."""

    id: int
    name: str
    is_staff: bool


@transaction
def open_group(
    user: User, people: Sequence[int], title: str = "", client_id: str | None = None
) -> int:
    """Open a group and ask people into it; its id. Who opens it is its admin.

    :param client_id: a name for it that is not there yet, so that asking twice opens one.
    :raises MalformedError: for a client id of another form.
    :raises InvalidError: for a title that cannot be one, for nobody, and for too many.
    :raises NotFoundError: for somebody to whom this person may not write.
    :raises TooManyError: for a young account that has opened enough today.
    """
    title = read_title(title, user)
    others = list(dict.fromkeys(people))
    if not [each for each in others if each != user.id]:
        raise InvalidError(_("Please choose somebody."), field="participant_ids")
    if len(others) >= PARTICIPANTS_MAX:
        raise _full()
    if client_id is not None and (found := _find_opened(user, client_id)):
        return found
    pace.check_may_open_another(user)
    now = utcnow()
    conversation = Conversation(kind=Kind.GROUP, title=title or None)
    db.session.add(conversation)
    db.session.flush()
    db.session.execute(
        insert(Participant).values(
            conversation_id=conversation.id,
            user_id=user.id,
            role=Role.ADMIN,
            first_seq=1,
            last_activity_at=now,
        )
    )
    me = places.get_in_unit(user, conversation.id)
    created = told(user, title=title)
    messages.tell(me, GroupLine.CREATED, created, client_id or "")
    for each in others:
        _invite(me, user, policy.get_available(user, each))
    return conversation.id


def _find_opened(user: User, client_id: str) -> int | None:
    """The group that this person has opened under a client id. Holds their account's row, so that
    clicks at one instant count as in turn."""
    messages.check_client_id(client_id)
    db.session.execute(select(User.id).where(User.id == user.id).with_for_update())
    return db.session.scalar(
        select(Message.conversation_id)
        .join(Participant, Participant.conversation_id == Message.conversation_id)
        .where(
            Participant.user_id == user.id,
            Message.seq == 1,
            Message.sender_id == user.id,
            Message.client_id == client_id,
            Message.kind == GroupLine.CREATED,
        )
    )


@transaction
def invite(user: User, conversation_id: int, other_id: int) -> None:
    """Ask somebody into a group; who is in it or was asked before stays as they are.

    :raises NotFoundError: for who is not in it, and for somebody to whom they may not write.
    :raises ForbiddenError: for who is no admin.
    :raises ClosedError: while nobody writes there.
    :raises InvalidError: when it is full.
    """
    me = _locked(user, conversation_id, as_admin=True)
    policy.check_may_write(user, conversation_id)
    other = policy.get_available(user, other_id)
    if _is_in(conversation_id, other_id) or _find_invitation(conversation_id, other_id):
        return
    if _count(conversation_id) >= PARTICIPANTS_MAX:
        raise _full()
    _invite(me, user, other)


@transaction
def accept(user: User, conversation_id: int) -> None:
    """Join a group that one was asked into. The conversation begins here for them, also for who
    comes back: what was written before, or meanwhile, is not there.

    :raises NotFoundError: for who was not asked, or has been asked by somebody blocked since.
    :raises ClosedError: while nobody writes there.
    """
    numbers = conversations.raise_version(conversation_id)
    invitation = _find_invitation(conversation_id, user.id)
    if invitation is None or _are_apart(user.id, invitation.invited_by_id):
        raise NotFoundError
    beginning = {
        "role": Role.MEMBER,
        "first_seq": numbers.seq + 1,
        "read_seq": numbers.seq,
        "receipt_seq": numbers.seq,
        "unread": 0,
        "archived": False,
        "muted": False,
        "typing_until": None,
        "left_at": None,
        "last_activity_at": utcnow(),
    }
    mine = (Participant.conversation_id == conversation_id) & (Participant.user_id == user.id)
    came_back: Any = db.session.execute(
        update(Participant).where(mine).values(beginning), execution_options=AS_STORED
    )
    if not came_back.rowcount:
        ids = {"conversation_id": conversation_id, "user_id": user.id}
        db.session.execute(insert(Participant).values(ids | beginning))
    _forget_invitation(conversation_id, user.id)
    policy.check_may_write(user, conversation_id)
    _tell(places.get_in_unit(user, conversation_id), GroupLine.JOINED, by=user)


@transaction
def decline(user: User, conversation_id: int) -> None:
    """Say no to an invitation. Nobody is told; an admin sees that it is no longer open.

    :raises NotFoundError: for who was not asked.
    """
    if _find_invitation(conversation_id, user.id) is None:
        raise NotFoundError
    conversations.raise_version(conversation_id)
    _forget_invitation(conversation_id, user.id)
    publish(ParticipantsChanged(conversation_id))


@transaction
def remove(user: User, conversation_id: int, other_id: int) -> None:
    """Take somebody out, or take back that they were asked.

    :raises NotFoundError: for who is not in it, of either.
    :raises ForbiddenError: for who is no admin, and for oneself.
    """
    me = _locked(user, conversation_id, as_admin=True)
    if other_id == user.id:
        raise ForbiddenError(_("To go yourself, leave the group."))
    name = _name_of(other_id)
    if _find_invitation(conversation_id, other_id):
        _forget_invitation(conversation_id, other_id)
        publish(ParticipantsChanged(conversation_id))
        return
    if not _is_in(conversation_id, other_id):
        raise NotFoundError
    _take_out(conversation_id, other_id)
    _tell(me, GroupLine.REMOVED, by=user, whom=(other_id, name))


@transaction
def leave(user: User, conversation_id: int) -> None:
    """Go. With the last one the group ends, and with it what is still open of its invitations.

    :raises NotFoundError: for who is not in it.
    :raises LastAdminError: when nobody would be left who can invite and remove.
    """
    me = _locked(user, conversation_id)
    _check_admin_stays(me)
    _tell(me, GroupLine.LEFT, by=user)
    _take_out(conversation_id, user.id)
    if not _count_in(conversation_id):
        db.session.execute(
            delete(Invitation).where(Invitation.conversation_id == conversation_id),
            execution_options=AS_STORED,
        )


@transaction
def set_role(user: User, conversation_id: int, other_id: int, role: Role) -> None:
    """Make somebody an admin, or a member again; also oneself.

    :raises NotFoundError: for who is not in it, of either.
    :raises ForbiddenError: for who is no admin.
    :raises InvalidError: for a role that nobody has in a group.
    :raises LastAdminError: when nobody would be left who can invite and remove.
    """
    me = _locked(user, conversation_id, as_admin=True)
    if role not in ROLES:
        raise InvalidError(_("In a group one is an admin or a member."), field="role")
    theirs = _role_of(conversation_id, other_id)
    if theirs is None:
        raise NotFoundError
    if theirs is role:
        return
    if other_id == user.id:
        _check_admin_stays(me)
    db.session.execute(
        update(Participant)
        .where(Participant.conversation_id == conversation_id, Participant.user_id == other_id)
        .values(role=role),
        execution_options=AS_STORED,
    )
    whom = (other_id, _name_of(other_id))
    _tell(me, GroupLine.ROLE, by=user, whom=whom, role=role.value)


@transaction
def hand_over(user: User) -> None:
    """Before somebody can no longer act: in each group whose only admin they are, who has been
    there the longest becomes one too. No group is left in which nobody can invite."""
    theirs = select(Participant.conversation_id).where(
        Participant.user_id == user.id,
        Participant.role == Role.ADMIN,
        Participant.left_at.is_(None),
    )
    for conversation_id in db.session.scalars(theirs.order_by(Participant.conversation_id)).all():
        me = _locked(user, conversation_id)
        others = _others_who_act(me)
        if others and all(each.role is not Role.ADMIN for each in others):
            _make_admin(me, others[0].User)


@transaction
def rename(user: User, conversation_id: int, title: str) -> None:
    """Give a group another title, or with a blank none: then it goes by the names of those in it.

    :raises NotFoundError: for who is not in it.
    :raises ForbiddenError: for who is no admin.
    :raises InvalidError: for a title that cannot be one.
    """
    title = read_title(title, user)
    me = _locked(user, conversation_id, as_admin=True)
    if title == (me.title or ""):
        return
    db.session.execute(
        update(Conversation).where(Conversation.id == conversation_id).values(title=title or None),
        execution_options=AS_STORED,
    )
    _tell(me, GroupLine.RENAMED, by=user, title=title)


def read_title(text: str, user: User) -> str:
    """One line of at most 80 characters that deceives nobody and leads nowhere, possibly none: who
    is asked into a group reads it and nothing else.

    :raises InvalidError: for any other.
    """
    title = rules.read_line(text, "title")
    if rules.is_blank(title):
        return ""
    if len(title) > GROUP_TITLE_MAX_LENGTH:
        raise InvalidError(
            _("At most %(limit)s characters fit here.", limit=GROUP_TITLE_MAX_LENGTH),
            field="title",
        )
    deceiving.check_title(title, is_staff=user.is_staff, field="title")
    return title


def invitations_of(user: User) -> list[InvitationItem]:
    """What this person was asked and has not answered, the newest first."""
    return [InvitationItem(*row) for row in _INVITATIONS.rows(reader(), user_id=user.id)]


def has_invitations(user_id: Any) -> ColumnElement[bool]:
    """The condition that somebody was asked and has not answered."""
    return exists().where(Invitation.user_id == user_id)


def invited_to(me: FullPlace) -> list[Invited]:
    """Who was asked into a group and has not answered, for those who are in it."""
    with reader().connect() as connection:
        rows = connection.execute(
            select(User.id, User.name, User.is_staff)
            .join(Invitation, Invitation.user_id == User.id)
            .where(Invitation.conversation_id == me.conversation_id)
            .order_by(Invitation.created_at, User.id)
        ).all()
    return [Invited(*row) for row in rows]


def _locked(user: User, conversation_id: int, *, as_admin: bool = False) -> FullPlace:
    """This person's place, read under the conversation's lock.

    :raises NotFoundError: for who is not in it, and when it is no group.
    :raises ForbiddenError: for who is no admin, where one has to be.
    """
    conversations.raise_version(conversation_id)
    me = places.get_in_unit(user, conversation_id)
    if not me.is_group:
        raise NotFoundError
    if as_admin and me.role is not Role.ADMIN:
        raise ForbiddenError(_("Only an admin of the group can do this."))
    return me


def _others_who_act(me: FullPlace) -> Sequence[Any]:
    """The others in a group whose account is open, with their roles; the longest there first."""
    return db.session.execute(
        select(User, Participant.role)
        .join(Participant, Participant.user_id == User.id)
        .where(*_those_in(me.conversation_id), User.id != me.user_id, User.active)
        .order_by(Participant.first_seq, User.id)
    ).all()


def _make_admin(me: FullPlace, follower: User) -> None:
    db.session.execute(
        update(Participant)
        .where(*_those_in(me.conversation_id), Participant.user_id == follower.id)
        .values(role=Role.ADMIN),
        execution_options=AS_STORED,
    )
    whom = (follower.id, follower.name)
    _tell(me, GroupLine.ROLE, by=None, whom=whom, role=Role.ADMIN.value)


def _check_admin_stays(me: FullPlace) -> None:
    """Before this person goes, or is a member again."""
    if me.role is not Role.ADMIN:
        return
    others = _others_who_act(me)
    if others and all(each.role is not Role.ADMIN for each in others):
        raise LastAdminError(
            _("You are the only admin. Make somebody else one first: the group needs one.")
        )


def _invite(me: FullPlace, user: User, other: policy.Available) -> None:
    db.session.execute(
        insert(Invitation).values(
            conversation_id=me.conversation_id,
            user_id=other.id,
            invited_by_id=user.id,
            created_at=utcnow(),
        )
    )
    _tell(me, GroupLine.INVITED, by=user, whom=(other.id, other.name))


def _tell(
    me: FullPlace,
    line: GroupLine,
    *,
    by: User | None,
    whom: tuple[int, str] | None = None,
    title: str | None = None,
    role: str | None = None,
) -> None:
    messages.tell(me, line, told(by, whom, title=title, role=role))
    publish(ParticipantsChanged(me.conversation_id))


def _take_out(conversation_id: int, user_id: int) -> None:
    db.session.execute(
        update(Participant)
        .where(Participant.conversation_id == conversation_id, Participant.user_id == user_id)
        .values(left_at=utcnow(), unread=0, typing_until=None, role=Role.MEMBER),
        execution_options=AS_STORED,
    )


def _those_in(conversation_id: int) -> tuple[Any, ...]:
    return Participant.conversation_id == conversation_id, Participant.left_at.is_(None)


def _role_of(conversation_id: int, user_id: int) -> Role | None:
    return db.session.scalar(
        select(Participant.role).where(*_those_in(conversation_id), Participant.user_id == user_id)
    )


def _is_in(conversation_id: int, user_id: int) -> bool:
    return _role_of(conversation_id, user_id) is not None


def _count_in(conversation_id: int) -> int:
    return db.session.scalar(select(func.count()).where(*_those_in(conversation_id))) or 0


def _count(conversation_id: int) -> int:
    asked = select(func.count()).where(Invitation.conversation_id == conversation_id)
    return _count_in(conversation_id) + (db.session.scalar(asked) or 0)


def _find_invitation(conversation_id: int, user_id: int) -> Any:
    """As the running unit of work sees it: its row, or None."""
    return db.session.execute(
        select(Invitation.invited_by_id).where(
            Invitation.conversation_id == conversation_id, Invitation.user_id == user_id
        )
    ).first()


def _forget_invitation(conversation_id: int, user_id: int) -> None:
    db.session.execute(
        delete(Invitation).where(
            Invitation.conversation_id == conversation_id, Invitation.user_id == user_id
        ),
        execution_options=AS_STORED,
    )


def _are_apart(user_id: int, other_id: int) -> bool:
    """Whether one has blocked the other."""
    apart = or_(has_blocked(user_id, other_id), has_blocked(other_id, user_id))
    return bool(db.session.scalar(select(apart)))


def _name_of(user_id: int) -> str:
    return db.session.scalar(select(User.name).where(User.id == user_id)) or ""


def _full() -> InvalidError:
    return InvalidError(
        _(
            "A group has at most %(number)s people, those who were asked included.",
            number=PARTICIPANTS_MAX,
        ),
        field="participant_ids",
    )


def _invitations() -> Any:
    inviter = aliased(User)
    user_id: Any = bindparam("user_id")
    return (
        select(
            Invitation.conversation_id,
            Conversation.title,
            inviter.id,
            inviter.name,
            inviter.is_staff,
            Invitation.created_at,
        )
        .select_from(Invitation)
        .join(Conversation, Conversation.id == Invitation.conversation_id)
        .join(inviter, inviter.id == Invitation.invited_by_id)
        .where(
            Invitation.user_id == user_id,
            ~has_blocked(user_id, inviter.id),
            ~has_blocked(inviter.id, user_id),
        )
        .order_by(Invitation.created_at.desc(), Invitation.conversation_id.desc())
    )


_INVITATIONS = Lookup(_invitations())
