"""What an operator runs as ``flask --app wsgi …``."""

import click
from flask import Flask
from flask.cli import with_appcontext

from marketplace import jobs


def init_app(app: Flask) -> None:
    """Add the commands."""
    app.cli.add_command(worker)


@click.command()
@with_appcontext
def worker() -> None:
    """Do what waits, such as sending mail, until told to stop."""
    jobs.work()
