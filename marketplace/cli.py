"""What an operator runs as ``flask --app wsgi …``."""

import click
from flask import Flask
from flask.cli import with_appcontext

from marketplace import jobs
from marketplace.database import iso
from marketplace.messaging.reports import newest


def init_app(app: Flask) -> None:
    """Add the commands."""
    app.cli.add_command(worker)
    app.cli.add_command(reports)


@click.command()
@with_appcontext
def worker() -> None:
    """Do what waits, such as sending mail, until told to stop."""
    jobs.work()


@click.command()
@with_appcontext
def reports() -> None:
    """List what was reported, newest first: number, time, who, conversation, reason, details."""
    for each in newest():
        who = f"{each.reporter_id} {each.reporter_name}"
        facts = (each.id, iso(each.created_at), who, each.conversation_id, each.reason.value)
        click.echo("\t".join(_on_a_line(str(fact)) for fact in (*facts, each.details)))


def _on_a_line(text: str) -> str:
    """What people wrote may hold line breaks, and characters that command a terminal."""
    return "".join(each if each.isprintable() else " " for each in text)
