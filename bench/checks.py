"""What a measured answer has to be. A figure of the wrong answer is worth nothing."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field

from bench.load import Answer, Check

Conversation = int


def is_idle(answer: Answer) -> None:
    """Nothing new, said by the status alone, and no cookie written again."""
    assert answer.status == 304, answer
    assert answer.header("Set-Cookie") is None, "an idle poll sets a cookie"
    assert answer.header("ETag"), "an idle poll without an ETag"
    assert not answer.body


def has_status(status: int) -> Check:
    """For controls, which always say the same."""

    def check(answer: Answer) -> None:
        assert answer.status == status, answer

    return check


def brings_exactly(seq: int) -> Check:
    """A poll with one message, this one."""

    def check(answer: Answer) -> None:
        assert answer.status == 200, answer
        assert answer.header("Set-Cookie") is None, "a poll sets a cookie"
        places = [message["seq"] for message in json.loads(answer.body)["messages"]]
        assert places == [seq], f"brought {places} instead of [{seq}]"

    return check


def brings_messages(count: int) -> Check:
    """A twin's poll with so many messages."""

    def check(answer: Answer) -> None:
        assert answer.status == 200, answer
        assert len(json.loads(answer.body)["messages"]) == count, answer

    return check


def tells_unread(messages: int, conversations: int) -> Check:
    """The badge's figures."""

    def check(answer: Answer) -> None:
        assert answer.status == 200, answer
        expected = {"messages": messages, "conversations": conversations}
        assert json.loads(answer.body) == expected, answer

    return check


def shows_rows(count: int, attribute: bytes) -> Check:
    """A page in which this occurs so often."""

    def check(answer: Answer) -> None:
        assert answer.status == 200, answer.head
        shown = answer.body.count(attribute)
        assert shown == count, f"{shown} rows instead of {count}"

    return check


@dataclass
class Stored:
    """Every message gets the next place of its conversation, and none twice.

    ``conversation_of`` reads the conversation from a client id.
    """

    conversation_of: Callable[[str], Conversation]
    last: dict[Conversation, int] = field(default_factory=dict)

    def __call__(self, answer: Answer) -> None:
        """Look at one acknowledgement."""
        assert answer.status == 201, answer
        content = json.loads(answer.body)
        conversation = self.conversation_of(content["client_id"])
        before = self.last.get(conversation, content["seq"] - 1)
        self.last[conversation] = content["seq"]
        assert content["seq"] == before + 1, f"{content['seq']} after {before}"
