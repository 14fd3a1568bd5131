"""What an operator runs as ``flask --app wsgi …``."""

import click
from flask import Flask
from flask.cli import with_appcontext

from marketplace.accounts.staff import add, remove
from marketplace.messaging.reports import newest
from marketplace.storage.database import iso
from marketplace.texts.errors import DomainError
from marketplace.work import jobs


def init_app(app: Flask) -> None:
    """Add the commands."""
    app.cli.add_command(worker)
    app.cli.add_command(reports)
    app.cli.add_command(staff)


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


@click.command()
@click.argument("deed", type=click.Choice(["add", "remove"]))
@click.argument("email")
@click.option("--name", help="Another name for them; staff can have one that is reserved.")
@with_appcontext
def staff(deed: str, email: str, name: str | None) -> None:
    """Say who is one of those who run the site: they carry a mark beside their name."""
    try:
        person = (add if deed == "add" else remove)(email, name)
    except DomainError as error:
        raise click.ClickException(error.message) from error
    click.echo(f"{_on_a_line(person.name)} is {'now' if person.is_staff else 'no longer'} staff.")


def _on_a_line(text: str) -> str:
    """What people wrote may hold line breaks, and characters that command a terminal."""
    return "".join(each if each.isprintable() else " " for each in text)
