"""What one can do from the head of a conversation, beside what messaging itself offers.

A feature registers what it offers when the application is made.
"""

from collections.abc import Callable
from dataclasses import dataclass

from flask import Flask, current_app

from marketplace.messaging.places import FullPlace

REGISTERED = "conversation_actions"


@dataclass(frozen=True)
class Action:
    """A link: its words, one of our icons, and where it leads."""

    label: str
    icon: str
    address: str


Offer = Callable[[FullPlace], Action | None]
"""What a feature offers to somebody at their place; None for nothing."""


def register(app: Flask, offer: Offer) -> None:
    """Add an action. It is asked for with each page of a conversation, and must be cheap."""
    app.extensions.setdefault(REGISTERED, []).append(offer)


def offered(place: FullPlace) -> list[Action]:
    """What is offered here, in the order in which the features stand."""
    offers: list[Offer] = current_app.extensions.get(REGISTERED, [])
    return [action for offer in offers if (action := offer(place))]
