"""Which limit each address has: one table for all that writes and all that is dear to answer.

``BEFORE`` is spent here, once it is known who asks and that the request is no forgery. ``INSIDE``
is spent by the view, after its form was found good: a slip of the pen is no try, only a page, and
the form comes back with what was typed. ``NONE`` says why there is none. A new route fails a test
(``tests/guards/test_limited.py``) until it stands in one of them.
"""

from flask import Flask, request

from marketplace.operations.limits import (
    ARRANGING,
    BLOCKS,
    CHANGES,
    INVITING,
    LISTINGS,
    MARKS,
    PAGES,
    PROFILES,
    REGISTRATIONS,
    REPORTS,
    RESETS,
    SEARCHES,
    SENDING,
    SIGN_INS,
    UPLOADS,
    Limit,
    who_asks,
)

BEFORE: dict[tuple[str, str], Limit] = {
    ("GET", "accounts.choose_password"): PAGES,
    ("GET", "accounts.login"): PAGES,
    ("GET", "accounts.password"): PAGES,
    ("GET", "accounts.profile"): PAGES,
    ("GET", "accounts.register"): PAGES,
    ("GET", "accounts.registered"): PAGES,
    ("GET", "accounts.reset"): PAGES,
    ("GET", "accounts.verify"): PAGES,
    ("GET", "api-docs.openapi_json"): PAGES,
    ("GET", "catalogue.browse"): PAGES,
    ("GET", "catalogue.edit"): PAGES,
    ("GET", "catalogue.index"): PAGES,
    ("GET", "catalogue.mine"): PAGES,
    ("GET", "catalogue.new"): PAGES,
    ("GET", "catalogue.show"): PAGES,
    ("GET", "messaging.contact_form"): PAGES,
    ("GET", "messaging.conversation"): PAGES,
    ("GET", "messaging.history"): PAGES,
    ("GET", "messaging.inbox"): PAGES,
    ("GET", "messaging.members"): PAGES,
    ("GET", "messaging.new_group"): PAGES,
    ("GET", "messaging.readers"): PAGES,
    ("GET", "groups.show"): PAGES,
    ("GET", "moderation-api.waiting"): PAGES,
    ("GET", "moderation.log"): PAGES,
    ("GET", "moderation.report"): PAGES,
    ("GET", "moderation.reports"): PAGES,
    ("GET", "people.available"): PAGES,
    ("GET", "people.find"): PAGES,
    ("GET", "messaging.report"): PAGES,
    ("POST", "accounts.choose_password"): PROFILES,
    ("POST", "accounts.end_sign_ins"): PROFILES,
    ("POST", "accounts.language"): PROFILES,
    ("POST", "accounts.verify"): PROFILES,
    ("POST", "catalogue.delete"): CHANGES,
    ("POST", "catalogue.set_status"): CHANGES,
    ("POST", "messaging.archive"): ARRANGING,
    ("POST", "messaging.mute"): ARRANGING,
    ("POST", "messaging.unread"): ARRANGING,
    ("POST", "messaging.read"): MARKS,
    ("POST", "messaging.block"): BLOCKS,
    ("POST", "messaging.block_conversation"): CHANGES,
    ("POST", "messaging.accept"): CHANGES,
    ("POST", "messaging.decline"): CHANGES,
    ("POST", "messaging.invite"): INVITING,
    ("POST", "messaging.leave"): CHANGES,
    ("POST", "messaging.remove"): CHANGES,
    ("POST", "messaging.rename"): CHANGES,
    ("POST", "messaging.set_role"): CHANGES,
    ("PATCH", "conversations.arrange"): ARRANGING,
    ("DELETE", "conversations.mark_unread"): ARRANGING,
    ("PUT", "conversations.mark_read"): MARKS,
    ("PUT", "conversations.note_typing"): MARKS,
    ("PUT", "people.block"): BLOCKS,
    ("DELETE", "people.unblock"): BLOCKS,
    ("POST", "groups.invite"): INVITING,
    ("POST", "moderation-api.decide"): CHANGES,
    ("POST", "moderation.decide"): CHANGES,
    ("POST", "moderation.put_away"): ARRANGING,
    ("PATCH", "groups.set_role"): CHANGES,
    ("DELETE", "groups.remove"): CHANGES,
    ("PUT", "groups.accept"): CHANGES,
    ("DELETE", "groups.decline"): CHANGES,
    ("PUT", "groups.block"): CHANGES,
    ("DELETE", "groups.unblock"): CHANGES,
}
INSIDE: dict[tuple[str, str], Limit] = {
    ("POST", "accounts.login"): SIGN_INS,
    ("POST", "accounts.password"): SIGN_INS,
    ("POST", "accounts.profile"): PROFILES,
    ("POST", "accounts.register"): REGISTRATIONS,
    ("POST", "accounts.reset"): RESETS,
    ("POST", "attachments.upload"): UPLOADS,
    ("POST", "catalogue.edit"): CHANGES,
    ("POST", "catalogue.new"): LISTINGS,
    ("POST", "conversations.send"): SENDING,
    ("POST", "messaging.contact"): SENDING,
    ("POST", "groups.open_group"): INVITING,
    ("POST", "messaging.new_group"): INVITING,
    ("POST", "messaging.report"): REPORTS,
    ("POST", "messaging.send"): SENDING,
    ("POST", "reports.report"): REPORTS,
}
# A form that is refused costs as much as a page. What programs send is JSON, and cheap to refuse.
FORMS = {
    key for key in INSIDE if key[1].partition(".")[0] in ("accounts", "catalogue", "messaging")
}
NONE: dict[tuple[str, str], str] = {
    ("GET", "attachments.show"): "a page shows many, and each is a file and a look-up",
    ("GET", "bootstrap.static"): "a file",
    ("GET", "catalogue.photo"): "a page shows many, and each is a file",
    ("GET", "health.alive"): "a watchman must always be told, and it touches nothing",
    ("GET", "health.ready"): "a watchman must always be told",
    (
        "GET",
        "messaging.poll",
    ): "overload.py slows it down where there is no room",
    ("GET", "metrics"): "for this machine only",
    ("GET", "static"): "a file",
    ("GET", "unread.show"): "every open page asks, and it is a short range of an index",
    ("POST", "accounts.logout"): "leaving must always work",
}


def init_app(app: Flask) -> None:
    """Spend before the view; bound after the checks of who asks and of the token."""
    app.before_request(_spend)


def _spend() -> None:
    method = "GET" if request.method == "HEAD" else request.method
    key = method, request.endpoint or ""
    limit = BEFORE.get(key) or (PAGES if key in FORMS else None)
    if limit is None:
        return
    if limit is PAGES and request.args.get("q", "").strip():
        limit = SEARCHES
    limit.spend(who_asks())
