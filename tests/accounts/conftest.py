"""The outbox is empty before each test."""

import pytest
from flask import Flask

from tests.letters import post


@pytest.fixture(autouse=True)
def empty_outbox(request: pytest.FixtureRequest) -> None:
    """What another test's people were written is not for this one."""
    if "app" in request.fixturenames:
        app: Flask = request.getfixturevalue("app")
        post(app)
