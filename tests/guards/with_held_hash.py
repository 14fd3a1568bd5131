"""The application whose hashing waits until there is a file ``go`` in its instance folder."""

import time
from pathlib import Path
from typing import Any

from marketplace import create_app

app = create_app()
go = Path(app.instance_path, "go")
hashing = app.extensions["security"].pwd_context
verify = hashing.verify


def held(*given: Any) -> bool:
    """As it would be with very many rounds."""
    while not go.exists():
        time.sleep(0.01)
    return bool(verify(*given))


hashing.verify = held
