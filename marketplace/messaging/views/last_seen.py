"""When somebody was here last, in words. The page's scripts keep them true in the same words."""

from datetime import datetime, timedelta

from flask_babel import gettext as _

from marketplace.messaging.participants import ParticipantItem
from marketplace.storage.database import utcnow

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def last_seen_label(other: ParticipantItem) -> str:
    """Roughly, and nothing from the day before yesterday on. Days are those of UTC."""
    if other.active:
        return str(_("Active now"))
    return _ago(other.last_seen_at, utcnow()) if other.last_seen_at else ""


def _ago(seen_at: datetime, now: datetime) -> str:
    age = now - seen_at
    if age < HOUR:
        minutes = max(1, int(age.total_seconds() // 60))
        return str(_("Active %(count)s min ago", count=minutes))
    if age < DAY:
        return str(_("Active %(count)s h ago", count=age // HOUR))
    is_yesterday = now.date() - seen_at.date() == DAY
    return str(_("Active yesterday")) if is_yesterday else ""
