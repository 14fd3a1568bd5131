"""The application, as gunicorn and the ``flask`` command find it."""

import gc
import sys

# What is loaded stays. To look for garbage among it again and again is a seventh of the start.
gc.disable()

from config import ConfigError  # noqa: E402
from marketplace import create_app  # noqa: E402
from marketplace.operations import allocator, logs  # noqa: E402

allocator.give_large_blocks_back()
logs.configure()
try:
    app = create_app()
except ConfigError as error:
    sys.exit(str(error))  # one sentence for the operator, no traceback
finally:
    gc.freeze()
    gc.enable()
