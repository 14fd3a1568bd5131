"""The application with SQLite's own BEGIN, which takes the lock with the first write only.

What a unit has read before is then a snapshot that must not be written from: the write fails at
once with "database is locked", and no timeout helps.
"""

from typing import Any

from sqlalchemy import Engine, event

from marketplace import create_app


@event.listens_for(Engine, "before_cursor_execute", retval=True)
def defer(
    _connection: Any, _cursor: Any, statement: str, parameters: Any, _context: Any, _many: bool
) -> tuple[str, Any]:
    """Let the first write take the lock."""
    return "BEGIN" if statement == "BEGIN IMMEDIATE" else statement, parameters


app = create_app()
