"""Putting the demo in, by the same verbs as the pages; only the past is written by hand."""

import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import func, select, update

from marketplace.accounts import passwords
from marketplace.accounts.models import User
from marketplace.catalogue import listings
from marketplace.catalogue.details import Details
from marketplace.catalogue.models import Listing, Status
from marketplace.catalogue.photos import photos
from marketplace.demo import entries, pictures
from marketplace.demo.entries import Circle, Dialogue, Offer
from marketplace.messaging import conversations, groups, messages
from marketplace.messaging.models import Conversation, Kind, Message, Participant
from marketplace.storage.database import db, transaction, utcnow
from marketplace.storage.files import SavedPicture

PASSWORD = "demo-marketplace"  # noqa: S105 - printed on purpose; never in production
GAPS_MINUTES = (2, 11, 4, 47, 8, 23, 3)  # between one message and the next

People = dict[str, User]


def put_in() -> tuple[str, str]:
    """Put in what is missing; the addresses of a buyer and a seller to sign in as.

    Each listing is a unit of work of its own, and a conversation's messages carry client ids,
    so that a run that was interrupted is completed by the next one.
    """
    people = _put_in_people(passwords.hashed(PASSWORD))
    _put_in_listings(people)
    offered = {listing.title: listing.id for listing in _listings_of(people)}
    for dialogue in entries.dialogues():
        if dialogue.listing in offered:  # its seller may have given it another title
            _put_in_conversation(people, dialogue, offered[dialogue.listing])
    for circle in entries.circles():
        _put_in_group(people, circle)
    buyer, seller = entries.people()[:2]
    return buyer.email, seller.email


@transaction
def _put_in_people(password_hash: str) -> People:
    """Everybody by address; whoever has an account already keeps it."""
    wanted = entries.people()
    addresses = [person.email for person in wanted]
    known = set(db.session.scalars(select(User.email).where(User.email.in_(addresses))))
    for person in wanted:
        if person.email not in known:
            db.session.add(
                User(
                    name=person.name,
                    email=person.email,
                    locale=person.locale,
                    password=password_hash,
                    fs_uniquifier=uuid.uuid4().hex,
                    active=True,
                    created_at=utcnow() - timedelta(days=60),
                )
            )
    db.session.flush()
    return {
        user.email: user
        for user in db.session.scalars(select(User).where(User.email.in_(addresses)))
    }


def _put_in_listings(people: People) -> None:
    """Oldest first, so that the newest has the highest id."""
    offers = entries.offers()
    there = [(listing.seller_id, listing.title) for listing in _listings_of(people)]
    if len(there) >= len(offers):
        return
    for offer in reversed(offers):
        seller = people[offer.seller]
        if (seller.id, offer.title) not in there:
            drawn = [pictures.draw(*names.split("/")) for names in offer.pictures]
            with photos.saved(drawn) as saved:
                _put_in_listing(seller, offer, saved)


@transaction
def _put_in_listing(seller: User, offer: Offer, saved: Sequence[SavedPicture]) -> None:
    details = Details.read(
        title=offer.title,
        description=offer.description,
        price=offer.price,
        currency=offer.currency,
    )
    listing = listings.create(seller, details, saved)
    listing.status = Status(offer.status)
    listing.created_at = utcnow() - timedelta(days=offer.days)


def _listings_of(people: People) -> Sequence[Listing]:
    sellers = [user.id for user in people.values()]
    return db.session.scalars(select(Listing).where(Listing.seller_id.in_(sellers))).all()


def _put_in_conversation(people: People, dialogue: Dialogue, listing_id: int) -> None:
    buyer = people[dialogue.buyer]
    listing = db.session.get_one(Listing, listing_id)
    found = conversations.find_about(buyer, listing)
    if found and db.session.get_one(Conversation, found).seq >= len(dialogue.messages):
        return
    conversation_id = conversations.open_about(buyer, listing_id)
    seller = next(user for user in people.values() if user.id == listing.seller_id)
    for number, (is_buyer, body) in enumerate(dialogue.lines(), 1):
        messages.send(buyer if is_buyer else seller, conversation_id, body, f"demo-{number}")
    _read_by_both(conversation_id, buyer, seller, dialogue)
    _set_back(conversation_id, _moments(dialogue.minutes, len(dialogue.messages)))


def _put_in_group(people: People, circle: Circle) -> None:
    """Its lines come first: that it was opened, and each who was asked and came."""
    admin, members = people[circle.admin], [people[each] for each in circle.members]
    lines = 1 + 2 * len(members)
    total = lines + len(circle.messages)
    group = _group_of(admin)
    if group and db.session.get_one(Conversation, group).seq >= total:
        return
    group = group or groups.open_group(admin, [each.id for each in members], circle.title)
    for each in members:
        if any(asked.conversation_id == group for asked in groups.invitations_of(each)):
            groups.accept(each, group)
    for number, (writer, body) in enumerate(circle.lines(), 1):
        messages.send(people[writer], group, body, f"demo-{number}")
    for each in (admin, *members):
        conversations.mark_read(each, group, total - circle.unread)
    _set_back(group, _moments(circle.minutes, total))


def _group_of(admin: User) -> int | None:
    """The first one that they were ever in, whatever it is called by now."""
    return db.session.scalar(
        select(func.min(Conversation.id))
        .join(Participant, Participant.conversation_id == Conversation.id)
        .where(Participant.user_id == admin.id, Conversation.kind == Kind.GROUP)
    )


def _read_by_both(conversation_id: int, buyer: User, seller: User, dialogue: Dialogue) -> None:
    """Who wrote last has seen everything, the other all but the end."""
    total = len(dialogue.messages)
    last_is_buyer = dialogue.lines()[-1][0]
    writer, reader = (buyer, seller) if last_is_buyer else (seller, buyer)
    conversations.mark_read(writer, conversation_id, total)
    conversations.mark_read(reader, conversation_id, total - dialogue.unread)


def _moments(minutes: int, count: int) -> list[datetime]:
    """When each of so many messages was written; the last one ``minutes`` ago."""
    moment = utcnow() - timedelta(minutes=minutes)
    moments = []
    for number in range(count):
        moments.append(moment)
        moment -= timedelta(minutes=GAPS_MINUTES[number % len(GAPS_MINUTES)])
    return moments[::-1]


@transaction
def _set_back(conversation_id: int, moments: Sequence[datetime]) -> None:
    """Let it have happened earlier. No version is raised: nobody has looked yet."""
    for seq, moment in enumerate(moments, 1):
        db.session.execute(
            update(Message)
            .where(Message.conversation_id == conversation_id, Message.seq == seq)
            .values(created_at=moment)
        )
    db.session.execute(
        update(Participant)
        .where(Participant.conversation_id == conversation_id)
        .values(last_activity_at=moments[-1])
    )
    db.session.execute(
        update(Conversation).where(Conversation.id == conversation_id).values(created_at=moments[0])
    )
