"""The account pages."""

from marketplace.accounts.views import passwords, profile, signing_in, stale  # noqa: F401 - add routes
from marketplace.accounts.views.pages import blueprint as blueprint
