"""How gunicorn serves the site. The settings are explained in docs/operations.md."""

import gc
import importlib
import os
import signal
import sys
from typing import Any

from flask import Flask

from config import ConfigError, Settings
from marketplace.operations.logs import GunicornLogger
from marketplace.operations.overload import THREADS
from marketplace.web import bare_errors, templates

try:
    _settings = Settings.from_environment()
except ConfigError as error:
    sys.exit(str(error))

proc_name = "marketplace"  # for ps, with what each of them does
bind = _settings.address
limit_request_line = 8190  # the most it takes, and nginx passes on: a long search is answered by us
workers = _settings.web_concurrency
worker_class = "gthread"
threads = THREADS
preload_app = True  # loaded once; building it opens no connection that forks would share
timeout = 30
graceful_timeout = 30
keepalive = 15  # seconds; longer than a page's poll interval, so that its connection is used again
forwarded_allow_ips = ""  # no header makes a request look like one by https or from elsewhere
control_socket_disable = True
max_requests = 100_000  # then a worker is replaced, whatever it may have gathered by then
max_requests_jitter = 20_000  # … and not all of them at once
accesslog = "-"
logger_class = GunicornLogger


def on_starting(_server: Any) -> None:
    """Keep a TERM for a worker that is still booting until it has its own handler.

    It would go to a copy of the master's handler, unheard, and the stop would take as long as
    ``graceful_timeout`` and end in a kill.
    """
    os.register_at_fork(before=_hold_term, after_in_parent=_let_term_through)


def when_ready(server: Any) -> None:
    """Before the first worker is forked: make what all of them need, and leave it alone.

    Memory is shared as long as nobody writes to it, and a garbage collection writes to every
    object it looks at. See docs/decisions/0013-what-is-loaded-once.md.
    """
    app = server.app.wsgi()
    if isinstance(app, Flask):  # tests serve less
        importlib.import_module("marketplace.work.queue")  # 6 MB for each worker that has a job
        templates.load_all(app)
        with app.app_context():
            bare_errors.use_in_gunicorn()
    gc.collect()
    gc.freeze()


def post_worker_init(_worker: Any) -> None:
    """The worker hears from here on."""
    _let_term_through()


def _hold_term() -> None:
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM})


def _let_term_through() -> None:
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGTERM})
