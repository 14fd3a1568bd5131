"""The extensions that are not a feature's own, made once and bound in ``create_app``."""

import os
from typing import Any

from flask import Flask, current_app, request
from flask_bootstrap import Bootstrap5
from flask_wtf import CSRFProtect

from marketplace.storage.database import db
from marketplace.storage.migrations import MIGRATIONS

bootstrap = Bootstrap5()


class CheapCSRF(CSRFProtect):  # type: ignore[misc]  # Flask-WTF has no types
    """Flask-WTF's own, without what it does in vain.

    It looks whether a view is exempt before it looks whether the request writes. And it looks for
    the token in a form before it looks into the headers, which is to read the body as a form,
    also the JSON of a message.
    """

    def protect(self, apply_exemptions: bool = False) -> None:
        """Check the token of a request that writes.

        :raises CSRFError: when it is missing or wrong.
        """
        if request.method in current_app.config["WTF_CSRF_METHODS"]:
            super().protect(apply_exemptions)

    def _get_csrf_token(self) -> str | None:
        return request.headers.get("X-CSRFToken") or super()._get_csrf_token()


csrf = CheapCSRF()


class LateMigrate:
    """Flask-Migrate, loaded when one of its commands asks the application for it.

    No request does, and with Alembic behind it, it would be a tenth of each start.
    """

    def __init__(self, app: Flask) -> None:
        self._app = app

    def __getattr__(self, name: str) -> Any:
        """What Flask-Migrate keeps for its commands."""
        return getattr(self.load(), name)

    def load(self) -> Any:
        """Have the real one take this one's place, and add its commands."""
        from flask_migrate import Migrate  # noqa: PLC0415 - see the class

        Migrate(self._app, db, directory=str(MIGRATIONS), render_as_batch=True)
        return self._app.extensions["migrate"]


def init_app(app: Flask) -> None:
    """Bind them."""
    migrate = app.extensions["migrate"] = LateMigrate(app)
    if os.environ.get("FLASK_RUN_FROM_CLI"):  # set by the ``flask`` command
        migrate.load()
    bootstrap.init_app(app)
    csrf.init_app(app)
