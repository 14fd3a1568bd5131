"""People, listings and conversations in every state that a page can show."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import cycle
from typing import Any

from playwright.sync_api import BrowserContext

from marketplace.accounts import passwords, registrations, sign_ins
from marketplace.accounts.models import User
from marketplace.accounts.views.registering import REGISTRATION_KEY
from marketplace.catalogue.models import Status
from marketplace.messaging import (
    blocks,
    conversation_blocks,
    conversations,
    groups,
    messages,
    places,
    reports,
)
from marketplace.moderation import moderators, queue
from marketplace.moderation.models import Act
from marketplace.web import errors
from tests import cast
from tests.browser.stage import Person, Stage, Talk
from tests.browser.visitor import Visitor
from tests.catalogue.uploads import jpeg

LONG_TEXT = "x" * 5000


@dataclass
class Scene:
    """``people`` by what they are called in the table of pages, ``places`` by what stands
    between braces in its paths."""

    people: dict[str, User]
    places: dict[str, Any] = field(default_factory=dict)

    def enter(self, who: str, context: BrowserContext, site: str, stage: Stage) -> Visitor:
        """One of them, or nobody, in front of this browser."""
        if who == "nobody":
            return Visitor(context, site)
        return Person(context, site, stage, self.people[who])


LYING_AND_STANDING = (jpeg((800, 600)), jpeg((300, 600)))


def prepare(
    stage: Stage, bea: User, sam: User, pictures: Iterable[bytes] = LYING_AND_STANDING
) -> Scene:
    """Bea buys from Sam in every state; Nina has just come and has nothing."""
    photos = cycle(pictures)
    scene = Scene({"bea": bea, "sam": sam, "nina": stage.person("Nina")})
    _lively(stage, scene, photos)
    _others(stage, scene, photos)
    _groups(stage, scene)
    _moderation(stage, scene)
    with stage.app.app_context():
        scene.places["token"] = passwords.reset_token(bea)
        sign_ins.start(bea, "Firefox · Android")
        sign_ins.start(bea)
    _begin_registration(stage, scene)
    for language in ("en", "fr"):
        headers = {"Accept-Language": language}
        with stage.app.test_request_context(headers=headers):
            page = errors.answer(503, "unavailable", "The service is away for a moment.")
        scene.places[f"out_of_order_{language}"] = page.get_data(as_text=True)
    return scene


def _begin_registration(stage: Stage, scene: Scene) -> None:
    """A link that is good, and the cookie of the browser that asked for it."""
    app = stage.app
    with app.app_context():
        token = registrations.begin("Nora", "nora@stage.example.com", cast.PASSWORD)
    serializer = app.session_interface.get_signing_serializer(app)
    contents = {REGISTRATION_KEY: registrations.name_of(token)}
    scene.places["registration"] = token
    scene.places["registered"] = {"name": "session", "value": serializer.dumps(contents)}


def _lively(stage: Stage, scene: Scene, photos: Iterator[bytes]) -> None:
    """All kinds of messages, the last ones unread."""
    bea, sam = scene.people["bea"], scene.people["sam"]
    talk = stage.talk(bea, sam, "Red bicycle", next(photos))
    talk.say(bea, "Is it still available?", "I could come on Saturday.")
    talk.say(sam, "Yes, it is. See https://example.com/bicycles for its year.")
    talk.show(sam, next(photos), "This is how it looks from the other side.")
    talk.show(bea, next(photos))
    stage.put(sam, talk.listing, Status.RESERVED)
    talk.say(bea, "Thank you!")
    talk.read(bea, 3)
    talk.say(sam, "It is reserved for you.", "See you on Saturday.")
    scene.places["conversation"] = talk.id


def _groups(stage: Stage, scene: Scene) -> None:
    """One that is lively, one whose title and people have no end, one that is blocked, and one
    that Bea is asked into."""
    bea, sam = scene.people["bea"], scene.people["sam"]
    mia, zoe = stage.person("Mia Lindqvist"), stage.person("Zoé")
    group = Talk(stage, 0, cast.group(stage.app, bea, sam, mia, zoe, title="Tour de lac"))
    group.say(bea, "Who comes along on Sunday?")
    group.say(sam, "I do.", "With the red one.")
    group.say(mia, "Me too!")
    group.say(bea, "Then at ten.")
    with stage.app.app_context():
        group.read(sam, messages.latest(places.get_for(bea, group.id))[0][-1].seq)
        scene.places["own"] = messages.latest(places.get_for(bea, group.id))[0][-1].seq
        blocks.block(bea, zoe.id)
    group.say(zoe, "I would not.")
    people = [stage.person(f"{'Maximilian' * 6} {number}") for number in range(12)]
    long = Talk(stage, 0, cast.group(stage.app, bea, *people, title="W" * 80))
    long.say(people[0], LONG_TEXT)
    blocked = cast.group(stage.app, bea, sam, title="")
    cast.group(stage.app, sam, mia, title="Sellers of the old town")
    with stage.app.app_context():
        conversation_blocks.block(bea, blocked)
        invite = groups.open_group(sam, [bea.id], "Flea market")
        groups.invite(bea, group.id, people[0].id)
    scene.places |= {"group": group.id, "long_group": long.id, "blocked_group": blocked}
    scene.places["invitation"] = invite


def _moderation(stage: Stage, scene: Scene) -> None:
    """Mo moderates: one report waits, another is decided, of which Sam was told."""
    bea, sam = scene.people["bea"], scene.people["sam"]
    scene.people["mo"] = mo = stage.person("Mo")
    group, long = scene.places["group"], scene.places["long_group"]
    with stage.app.app_context():
        moderators.add(mo.email, is_administrator=True)
        own = scene.places["own"]
        scene.places["report"] = reports.report(sam, group, "abuse", "Rude. " * 60, own)
        reports.report(bea, long, "spam", "x" * 300)
        decided = reports.report(sam, group, "other")
        queue.decide(mo, decided, Act.DISMISSED)


def _others(stage: Stage, scene: Scene, photos: Iterator[bytes]) -> None:
    """One that is closed, one without an end, one archived, and one not begun."""
    bea, sam = scene.people["bea"], scene.people["sam"]
    sold = stage.talk(bea, sam, "Coffee table", next(photos))
    sold.say(bea, "Would you take 80?")
    stage.put(sam, sold.listing, Status.SOLD)
    long = stage.talk(bea, sam, "Box of books", next(photos))
    for person in (bea, sam):
        long.say(person, LONG_TEXT)
    archived = stage.talk(bea, sam, "Tent", next(photos))
    archived.say(bea, "How many people fit in?")
    with stage.app.app_context():
        conversations.archive(bea, archived.id, archived=True)
    for name, talk in (("sold", sold), ("long", long)):
        scene.places[name] = talk.id
    scene.places["sold_listing"] = sold.listing
    scene.places["empty"] = stage.talk(bea, sam, "Desk lamp", next(photos)).id
    scene.places["listing"] = stage.listing(sam, "Garden chairs", next(photos))
