"""The demo's pictures are drawn, and no two covers look the same."""

import io

import pytest
from PIL import Image

from marketplace.catalogue.details import Details
from marketplace.catalogue.models import PHOTOS_MAX
from marketplace.demo import entries, pictures


def test_every_cover_is_another() -> None:
    covers = [offer.pictures[0] for offer in entries.offers()]
    assert len(set(covers)) == len(covers) == 40


@pytest.mark.parametrize("names", sorted({n for o in entries.offers() for n in o.pictures}))
def test_it_can_be_drawn(names: str) -> None:
    picture = pictures.draw(*names.split("/"))
    image = Image.open(io.BytesIO(picture.large))
    assert image.size == (picture.width, picture.height) == (1200, 900)
    colours = image.convert("P").getcolors()
    assert colours is not None
    assert len(colours) > 5


def test_every_offer_can_be_put_up() -> None:
    for offer in entries.offers():
        assert 1 <= len(offer.pictures) <= PHOTOS_MAX
        Details.read(
            title=offer.title,
            description=offer.description,
            price=offer.price,
            currency=offer.currency,
        )


def test_who_talks_and_about_what_exists() -> None:
    people = {person.email for person in entries.people()}
    sellers = {offer.title: offer.seller for offer in entries.offers()}
    for dialogue in entries.dialogues():
        assert dialogue.buyer in people
        assert sellers[dialogue.listing] in people - {dialogue.buyer}
        assert all(line[:3] in ("b: ", "s: ") for line in dialogue.messages)
        assert 0 <= dialogue.unread < len(dialogue.messages)
