"""The control: the application in which any number of threads may hash at once."""

import contextlib

from marketplace import create_app
from marketplace.accounts import passwords

passwords._turn = contextlib.nullcontext  # the mechanism, taken out
app = create_app()
