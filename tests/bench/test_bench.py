"""The bench runs, and stops at an answer that is not the one it claims to measure."""

import io
import json
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from bench import checks, cpu, data, hostile, talkers
from bench.attacks import Attack
from bench.besieged import besiege
from bench.lab import CONTROL_ENVIRONMENT, WSGI_CALLABLE
from bench.load import Answer, Check, by_chance
from bench.measures import opening
from bench.report import Goal, Report
from bench.rounds import Cost
from bench.servers import Server
from tests.conftest import need
from tests.servers import ROOT

slow_to_start = pytest.mark.timeout(600)  # a dozen servers, one after the other

TAG = b'\r\netag: "1"'


def an_answer(status: int = 200, head: bytes = b"", content: object = None) -> Answer:
    body = b"" if content is None else json.dumps(content).encode()
    return Answer(status, b"http/1.1 " + str(status).encode() + head + b"\r\n", body)


def stored(client_id: str, seq: int) -> Answer:
    return an_answer(201, content={"client_id": client_id, "seq": seq})


def run(folder: Path, *options: str) -> list[dict[str, object]]:
    """The rows of one run of the command."""
    file = folder / "bench.json"
    small = ["--quick", "--conversations", "30", "--messages", "300", "--json", str(file)]
    subprocess.run(
        [sys.executable, "-m", "bench", *small, *options], cwd=ROOT, check=True, capture_output=True
    )
    return json.loads(file.read_text())["rows"]


@slow_to_start
@pytest.mark.parametrize(
    ("database", "only"),
    [("sqlite", "poll,news,send"), pytest.param("mariadb", "poll", marks=pytest.mark.soak)],
)
def test_it_measures_beside_its_controls_and_writes_json(tmp_path: Path, database: str, only: str):
    if database == "mariadb":
        need("mariadbd")
    rows = run(tmp_path, "--database", database, "--only", only)
    assert {row["database"] for row in rows} == {database}
    whats = {(row["measure"], row["what"]) for row in rows}
    assert {("poll", "F / ordinary"), ("poll", "naive / ordinary")} <= whats
    assert ("poll", "F, by chance / ours, by chance") in whats
    assert {row["measure"] for row in rows} == set(only.split(","))
    assert all(row["value"]["minimum"] <= row["value"]["maximum"] for row in rows)  # type: ignore[index]


@slow_to_start
def test_pages_are_measured_in_f(tmp_path: Path):
    rows = run(tmp_path, "--database", "sqlite", "--only", "opening")
    ratios = {str(row["what"]) for row in rows if row["goal"]}
    assert ratios == {f"{each.name} / F" for each in opening.OPENED}


@slow_to_start
def test_a_minute_of_talk_is_measured_beside_the_tutorials(tmp_path: Path):
    rows = run(tmp_path, "--database", "sqlite", "--only", "talk")
    assert {row["what"] for row in rows} == {"ours: a minute", "naive: a minute", "ours / naive"}


def test_a_minute_is_what_it_is_said_to_be():
    asked = {"inbox": 1, "conversation": 1, "poll": 30, "send": 2, "read": 4, "typing": 3}
    steps = talkers.MINUTE.split()
    assert Counter(steps) == asked | {"badge": 6, talkers.HEAR: 4}
    after = [step for before, step in pairwise(steps) if before == talkers.HEAR]
    assert after == ["poll"] * 4


@pytest.mark.parametrize("brought", [[], [{"id": 1}, {"id": 2}]])
def test_a_message_too_few_or_too_many_is_noticed(brought: list[object]):
    nobody: Any = None
    talker = talkers.NaiveTalker(nobody, nobody, 1)
    talker.take("send", an_answer(201))
    with pytest.raises(AssertionError):
        talker.take("poll", an_answer(content={"messages": brought}))


@slow_to_start
@pytest.mark.soak
def test_pages_through_nginx_get_every_message(tmp_path: Path):
    need("nginx")
    rows = run(tmp_path, "--database", "sqlite", "--only", "pages")
    assert {"poll p99", "delivery p99"} <= {row["what"] for row in rows}


def test_an_unknown_measure_is_refused():
    done = subprocess.run(
        [sys.executable, "-m", "bench", "--only", "poll,pol"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert "no such measure: pol" in done.stderr


RIGHT: list[tuple[Check, Answer]] = [
    (checks.is_idle, an_answer(304, TAG)),
    (checks.brings_exactly(7), an_answer(content={"messages": [{"seq": 7}]})),
    (checks.tells_unread(10, 5), an_answer(content={"messages": 10, "conversations": 5})),
    (checks.shows_rows(2, b"row"), an_answer(content=["row", "row"])),
    (checks.brings_messages(0), an_answer(content={"messages": []})),
]
WRONG: list[tuple[Check, Answer]] = [
    (checks.is_idle, an_answer(200, TAG)),
    (checks.is_idle, an_answer(304, TAG + b"\r\nset-cookie: session=1")),
    (checks.is_idle, an_answer(304)),
    (checks.brings_exactly(7), an_answer(content={"messages": []})),
    (checks.brings_exactly(7), an_answer(content={"messages": [{"seq": 6}, {"seq": 7}]})),
    (checks.brings_exactly(7), an_answer(304)),
    (checks.tells_unread(10, 5), an_answer(content={"messages": 9, "conversations": 5})),
    (checks.shows_rows(2, b"row"), an_answer(content=["row"])),
    (checks.shows_rows(2, b"row"), an_answer(303)),
    (checks.brings_messages(0), an_answer(content={"messages": [1]})),
    (checks.has_status(201), an_answer(429)),
]


@pytest.mark.parametrize(("check", "answer"), RIGHT)
def test_the_right_answer_passes(check: Check, answer: Answer):
    check(answer)


@pytest.mark.parametrize(("check", "answer"), WRONG)
def test_a_wrong_answer_is_noticed(check: Check, answer: Answer):
    with pytest.raises(AssertionError):
        check(answer)


def test_places_grow_by_one_in_each_conversation():
    check = checks.Stored(lambda client_id: int(client_id[0]))
    for answer in (stored("1a", 5), stored("2a", 9), stored("1b", 6), stored("2b", 10)):
        check(answer)


@pytest.mark.parametrize("seq", [5, 4, 7])
def test_a_place_given_twice_or_left_out_is_noticed(seq: int):
    check = checks.Stored(lambda _client_id: 1)
    check(stored("1a", 5))
    with pytest.raises(AssertionError):
        check(stored("1b", seq))


def test_a_message_that_was_stored_before_is_no_sending():
    with pytest.raises(AssertionError):
        checks.Stored(lambda _client_id: 1)(an_answer(200, content={"client_id": "1", "seq": 5}))


def test_ratios_are_of_the_same_round(capsys: pytest.CaptureFixture[str]):
    costs = {"F": Cost([10, 20, 30]), "ordinary": Cost([5, 10, 30])}
    report = Report({})
    report.add_ratio("poll", "sqlite", costs, ("F", "ordinary"), goal=Goal(at_least=1.0))
    [row] = report.rows
    assert (row.value.minimum, row.value.median, row.value.maximum) == (1.0, 2.0, 2.0)
    assert "met" in capsys.readouterr().out


def test_a_candidate_that_is_not_there_has_no_ratio():
    report = Report({})
    report.add_ratio("poll", "sqlite", {"ordinary": Cost([1.0])}, ("Django", "ordinary"))
    assert report.rows == []


def test_the_time_of_a_process_that_works_grows():
    child = subprocess.Popen(
        [sys.executable, "-c", "sum(range(10**6)); print(); input()"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        start_new_session=True,
    )
    with child:
        assert child.stdout
        child.stdout.readline()
        assert cpu.group(child.pid) == [child.pid]
        assert cpu.nanoseconds([child.pid]) > 0
        assert cpu.proportional_memory([child.pid]) > 1_000_000
        child.communicate(b"\n")


def test_two_groups_have_inboxes_of_the_same_length():
    pairs = data.of_two_groups(5, 2)
    assert [pair.id for pair in pairs] == list(range(1, 26))
    people = Counter(person for pair in pairs for person in (pair.seller, pair.buyer))
    assert people == dict.fromkeys(range(1, 11), 5)
    assert len({pair.listing for pair in pairs}) == 10
    assert len({(pair.listing, pair.buyer) for pair in pairs}) == 25
    assert all((pair.listing + 1) // 2 == pair.seller for pair in pairs)


@pytest.mark.parametrize("make", [data.of_one_person, data.of_pairs])
def test_no_buyer_has_two_conversations_about_a_listing(make: object):
    pairs = make(250)  # type: ignore[operator]
    assert len({(pair.listing, pair.buyer) for pair in pairs}) == len(pairs) == 250
    assert all(pair.seller != pair.buyer for pair in pairs)


@slow_to_start
@pytest.mark.soak
def test_attacks_and_their_memory_are_measured(tmp_path: Path):
    need("nginx")
    rows = run(tmp_path, "--database", "sqlite", "--only", "memory,attacks")
    assert {row["measure"] for row in rows} == {"memory", "attacks"}


@pytest.mark.parametrize(
    ("make", "kind"),
    [
        (partial(hostile.scans, 9), "JPEG"),
        (partial(hostile.profiles, 9), "PNG"),
        (hostile.blank, "WEBP"),
    ],
)
def test_hostile_pictures_are_real_ones(make: Callable[[], bytes], kind: str):
    """A few scans and profiles of them: with all, this test would be the attack."""
    side = 8 if kind == "PNG" else hostile.SIDE
    with Image.open(io.BytesIO(make())) as picture:
        assert (picture.format, picture.size) == (kind, (side, side))


def test_all_are_asked_by_chance_and_a_wrong_answer_is_noticed(tmp_path: Path):
    requests = [b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"] * 50
    with Server(WSGI_CALLABLE, tmp_path, CONTROL_ENVIRONMENT) as server, ExitStack() as stack:
        connections = [stack.enter_context(each) for each in server.connections(5)]
        ask = partial(by_chance, connections, rate=1000, under_way=2)
        assert ask(iter(requests), checks.has_status(200)) == 50
        with pytest.raises(AssertionError):
            ask(iter(requests), checks.has_status(304))


def test_a_siege_tells_what_others_saw_meanwhile(tmp_path: Path):
    page = b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
    with Server(WSGI_CALLABLE, tmp_path, CONTROL_ENVIRONMENT) as server:
        attack = Attack("pages", "a stranger", [page], at_once=3)
        siege = besiege(server.port, attack, [page, page], seconds=1.5)
    assert set(siege.answers) == {200}
    assert siege.polls.seconds
    assert siege.health.seconds
    assert siege.polls.faults == siege.health.faults == []


@slow_to_start
def test_now_is_measured_beside_a_commit_before():
    done = subprocess.run(
        [sys.executable, "-m", "bench.before", "HEAD", "--database", "sqlite", "--rounds", "1"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    whats = [
        re.match(r"sqlite +(.*?) +[0-9.]+ us before", line) for line in done.stdout.splitlines()
    ]
    assert [each and each[1] for each in whats] == ["idle poll", "inbox", "conversation", "send"]
