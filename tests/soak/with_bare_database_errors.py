"""The application with the database's errors left to Flask, which knows only 500."""

from sqlalchemy.exc import DBAPIError

from marketplace import create_app

app = create_app()
del app.error_handler_spec[None][None][DBAPIError]
