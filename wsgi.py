"""The application, as gunicorn and the ``flask`` command find it."""

import sys

from config import ConfigError
from marketplace import create_app, logs

logs.configure()
try:
    app = create_app()
except ConfigError as error:
    sys.exit(str(error))  # one sentence for the operator, no traceback
