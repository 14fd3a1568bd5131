"""Pictures that nobody has sent go after a day, with their files, by the worker."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import event, select, update

from marketplace.accounts.models import User
from marketplace.messaging import messages
from marketplace.messaging.attachments import unsent
from marketplace.messaging.models import Attachment
from marketplace.storage.database import db, utcnow
from marketplace.work import jobs
from tests.catalogue.selling import files
from tests.messaging.pictures import uploaded


def age(app: Flask, names: list[str], hours: int) -> None:
    """Let these have been uploaded earlier."""
    with app.app_context():
        db.session.execute(
            update(Attachment)
            .where(Attachment.id.in_(names))
            .values(created_at=utcnow() - timedelta(hours=hours, minutes=1))
        )
        db.session.commit()


def left(app: Flask) -> set[str]:
    """The pictures there still are."""
    with app.app_context():
        return set(db.session.scalars(select(Attachment.id)))


def named(paths: set[Path], names: list[str]) -> set[str]:
    """Which of these pictures have both their files."""
    there = {path.name for path in paths}
    return {name for name in names if {f"{name}.jpg", f"{name}-thumb.jpg"} <= there}


def test_only_old_unsent_ones_go(app: Flask, bea: User, conversation: int) -> None:
    old, sent, young = uploaded(app, bea, 2), uploaded(app, bea), uploaded(app, bea)
    with app.app_context():
        messages.send(bea, conversation, "", "a", sent)
    age(app, old + sent, 24)
    age(app, young, 23)
    before = files(app)
    with app.app_context():
        unsent.tidy()
    assert left(app) == {*sent, *young}
    assert {path.name for path in before - files(app)} == {
        f"{name}{end}" for name in old for end in (".jpg", "-thumb.jpg")
    }


def test_many_go_in_several_units(app: Flask, bea: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unsent, "TIDIED_AT_ONCE", 2)
    names = uploaded(app, bea, 5)
    age(app, names, 24)
    with app.app_context():
        unsent.tidy()
    assert left(app) == set()
    assert named(files(app), names) == set()


def test_files_stay_until_their_rows_are_gone_for_good(app: Flask, bea: User) -> None:
    """Mechanism: ``after_commit`` in ``_remove_some``."""
    names = uploaded(app, bea)
    age(app, names, 24)

    def fail(_session: object) -> None:
        raise RuntimeError("the commit fails")

    with app.app_context():
        session = db.session()
        event.listen(session, "before_commit", fail)
        with pytest.raises(RuntimeError):
            unsent.tidy()
        event.remove(session, "before_commit", fail)
    assert left(app) == named(files(app), names) == set(names)


def test_the_worker_does_it_once_an_hour(app: Flask, bea: User) -> None:
    names = uploaded(app, bea)
    age(app, names, 24)
    queue = jobs.queue_of(app)
    assert not queue.read_periodic(datetime(2026, 11, 20, 12, 1, tzinfo=UTC))
    with app.app_context():
        for task in queue.read_periodic(datetime(2026, 11, 20, 12, 0, tzinfo=UTC)):
            queue.enqueue(task)
        jobs.drain()
    assert left(app) == set()
