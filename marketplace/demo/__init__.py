"""Demo data: people, listings and conversations that look real, put in by one command."""

import click
from flask import Flask, current_app
from flask.cli import with_appcontext


def init_app(app: Flask) -> None:
    """Add the command ``flask --app wsgi demo``."""
    app.cli.add_command(demo)


@click.command()
@with_appcontext
def demo() -> None:
    """Put in demo people, listings and conversations. What is there already stays as it is."""
    from marketplace.demo import seed  # noqa: PLC0415 - no server needs what draws its pictures

    if current_app.config["APP_ENV"] == "production":
        raise click.ClickException(
            "Demo people have a known password, so none are put in when APP_ENV is production."
        )
    buyer, seller = seed.put_in()
    click.echo("Sign in as:")
    click.echo(f"  buyer   {buyer}   password  {seed.PASSWORD}")
    click.echo(f"  seller  {seller}   password  {seed.PASSWORD}")
