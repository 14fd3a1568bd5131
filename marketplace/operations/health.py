"""``/healthz``: this process is alive. ``/readyz``: it can serve; if not, what is missing.

A service manager restarts what is not alive, a load balancer goes round what is not ready. A
database that is away is no reason to restart anything, so the two must not be mixed up.
"""

from typing import Any

from flask import Blueprint, Flask, Response, current_app, jsonify
from flask.typing import ResponseReturnValue
from sqlalchemy import Connection, Engine, NullPool, create_engine
from sqlalchemy.exc import SQLAlchemyError

from marketplace.storage.database import encryption
from marketplace.storage.migrations import stored_version, wanted_version
from marketplace.storage.trouble import trouble_of

# Connecting and the first answer have an end each, so that the whole has one within 2 seconds.
TIMEOUT_SECONDS = 0.8

blueprint = Blueprint("health", __name__)


def init_app(app: Flask) -> None:
    """Add both; the engine connects only when somebody asks."""
    app.extensions["readiness"] = _engine(app.config["SQLALCHEMY_DATABASE_URI"])
    app.register_blueprint(blueprint)


@blueprint.get("/healthz")
def alive() -> ResponseReturnValue:
    """Touches nothing: whoever can say this is alive."""
    return Response("alive\n", mimetype="text/plain", headers={"Cache-Control": "no-store"})


@blueprint.get("/readyz")
def ready() -> ResponseReturnValue:
    """200, or 503 with a sentence for what fails."""
    failing = _failing()
    response = jsonify(ready=not failing, failing=failing)
    response.status_code = 503 if failing else 200
    response.headers["Cache-Control"] = "no-store"
    return response


def _failing() -> dict[str, str]:
    """What keeps this process from serving, by name. Where the database is stays untold."""
    engine: Engine = current_app.extensions["readiness"]
    try:
        with engine.connect() as connection:
            if cluster := _cluster(connection):
                return {"cluster": cluster}
            stored = stored_version(connection)
    except SQLAlchemyError as error:
        reason = trouble_of(error)
        current_app.logger.warning("not ready: the database: %s", reason)
        return {"database": reason}
    if stored != (wanted := wanted_version()):
        return {"migrations": f"The database is at {stored or 'nothing'}, this needs {wanted}."}
    return {}


def _cluster(connection: Connection) -> str | None:
    """What is wrong with a Galera node; None where all is well or there is no cluster.

    A node without a majority still answers such questions, and none about its tables.
    """
    if connection.dialect.name == "sqlite" or _shown(connection, "VARIABLES", "wsrep_on") != "ON":
        return None
    if _shown(connection, "STATUS", "wsrep_ready") == "ON":
        return None
    return "This node is not part of a cluster that has a majority."


def _shown(connection: Connection, kind: str, name: str) -> str | None:
    row = connection.exec_driver_sql(f"SHOW GLOBAL {kind} LIKE '{name}'").first()
    return row[1] if row else None


def _engine(url: str) -> Engine:
    """Apart from the pools that serve: it is asked when those are exhausted, too."""
    options: dict[str, Any] = {"timeout": TIMEOUT_SECONDS}
    if not url.startswith("sqlite"):
        kinds = ("connect_timeout", "read_timeout", "write_timeout")
        options = dict.fromkeys(kinds, TIMEOUT_SECONDS) | encryption(url)
    return create_engine(
        url,
        poolclass=NullPool,
        connect_args=options,
        isolation_level="AUTOCOMMIT",
        skip_autocommit_rollback=True,  # a node without a majority refuses even that
        pool_reset_on_return=None,
    )
