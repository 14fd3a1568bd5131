"""How ``pytest -n`` shares the tests out: file by file, and a file's databases one by one.

What a file's tests share stays in one process. The processes share nothing: each has servers,
databases and a browser of its own. First comes all that is on SQLite, then all on MariaDB, as
without ``-n``: what is made once for a database would otherwise be made again and again.
"""

import re
from pathlib import Path

import pytest
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

ON_MARIADB = re.compile(r"\[(.*-)?mariadb\b")
LONG = Path(__file__).parent.parent / "start"


class ByFileAndDatabase(LoadScopeScheduling):
    """One unit of work is a file's tests on one database."""

    def _split_scope(self, nodeid: str) -> str:
        file, _, test = nodeid.partition("::")
        return f"{file} on MariaDB" if ON_MARIADB.search(test) else file


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> ByFileAndDatabase:
    """In the order in which they were collected: many tests do not make a file a long one."""
    config.option.loadscopereorder = False
    return ByFileAndDatabase(config, log)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """What takes minutes comes first, or the other processes would wait for its end."""
    if hasattr(config, "workerinput"):
        items.sort(key=lambda item: LONG not in item.path.parents)
