"""The account pages."""

from marketplace.accounts.views import (  # noqa: F401 - add routes
    passwords,
    profile,
    registering,
    signing_in,
    stale,
)
from marketplace.accounts.views.pages import blueprint as blueprint
