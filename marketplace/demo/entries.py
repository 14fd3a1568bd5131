"""The demo's texts, read from the files beside this one."""

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

TEXTS = Path(__file__).parent / "texts"


@dataclass(frozen=True, kw_only=True)
class Person:
    """Somebody with an account."""

    name: str
    email: str
    locale: str


@dataclass(frozen=True, kw_only=True)
class Offer:
    """Something for sale: texts as typed, and the names of its pictures' parts."""

    seller: str
    title: str
    description: str
    price: str
    currency: str = "EUR"
    status: str = "available"
    days: int
    pictures: list[str]


@dataclass(frozen=True, kw_only=True)
class Dialogue:
    """A conversation: who wrote what, how long ago it ended, and how much of its end is unread."""

    buyer: str
    listing: str
    minutes: int
    unread: int = 0
    messages: list[str]

    def lines(self) -> list[tuple[bool, str]]:
        """Whether the buyer speaks, and what is said."""
        return [(line.startswith("b: "), line[3:]) for line in self.messages]


@dataclass(frozen=True, kw_only=True)
class Circle:
    """A group: who is in it, who wrote what, how long ago it ended, and how much of its end is not
    seen by those who did not write it."""

    title: str
    admin: str
    members: list[str]
    minutes: int
    unread: int = 0
    messages: list[str]

    def lines(self) -> list[tuple[str, str]]:
        """Whose address it is that speaks, and what is said."""
        split = (line.split(": ", 1) for line in self.messages)
        return [(f"{who}@example.com", said) for who, said in split]


def people() -> list[Person]:
    """The buyer whose sign-in is printed, the seller whose is, then the others."""
    return [Person(**entry) for entry in _read("people")]


def offers() -> list[Offer]:
    """The newest first."""
    return [Offer(**entry) for entry in _read("listings")]


def dialogues() -> list[Dialogue]:
    """In no order."""
    return [Dialogue(**entry) for entry in _read("conversations")]


def circles() -> list[Circle]:
    """In no order."""
    return [Circle(**entry) for entry in _read("groups")]


def _read(name: str) -> list[dict[str, Any]]:
    entries: list[dict[str, Any]] = tomllib.loads((TEXTS / f"{name}.toml").read_text())[name]
    return entries
