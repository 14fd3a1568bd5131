"""What an operator runs about moderation."""

import click
from flask import Flask
from flask.cli import with_appcontext

from marketplace.accounts import people
from marketplace.moderation import moderators, queue
from marketplace.storage.database import iso
from marketplace.texts.errors import DomainError


def init_app(app: Flask) -> None:
    """Add the commands."""
    for command in (moderator, moderation_log, reinstate):
        app.cli.add_command(command)


@click.command()
@click.argument("deed", type=click.Choice(["add", "remove"]))
@click.argument("email")
@click.option("--administrator", is_flag=True, help="They also read who looked at what.")
@with_appcontext
def moderator(deed: str, email: str, administrator: bool) -> None:
    """Say who decides on what was reported."""
    try:
        if deed == "add":
            person = moderators.add(email, is_administrator=administrator)
        else:
            person = moderators.remove(email)
    except DomainError as error:
        raise click.ClickException(error.message) from error
    what = "an administrator" if administrator else "a moderator"
    now = f"now {what}" if deed == "add" else "no longer a moderator"
    click.echo(f"{_on_a_line(person.name)} is {now}.")


@click.command("moderation-log")
@click.option("--limit", default=1000, show_default=True)
@with_appcontext
def moderation_log(limit: int) -> None:
    """List what moderators looked at and did, newest first: time, who, report, act."""
    for each in queue.records(limit):
        who = f"{each.moderator_id} {_on_a_line(each.moderator_name)}"
        click.echo("\t".join((iso(each.created_at), who, str(each.report_id), each.act.value)))


@click.command()
@click.argument("email")
@with_appcontext
def reinstate(email: str) -> None:
    """Let somebody whose account was suspended sign in again."""
    try:
        person = people.reinstate(email)
    except DomainError as error:
        raise click.ClickException(error.message) from error
    click.echo(f"{_on_a_line(person.name)} can sign in again.")


def _on_a_line(text: str) -> str:
    """Names hold no line breaks, but may hold what commands a terminal."""
    return "".join(each if each.isprintable() else " " for each in text)
