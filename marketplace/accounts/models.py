"""People and their sign-ins."""

from datetime import datetime

from flask_security import UserMixin
from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.storage.database import Base, BigId, UTCDateTime, utcnow

NAME_MAX_LENGTH = 80
EMAIL_MAX_LENGTH = 254
NEXT_MAX_LENGTH = 2000
BROWSER_MAX_LENGTH = 40


class User(Base, UserMixin):
    """A person. ``fs_uniquifier`` is Flask-Security's name for them inside a reset link.

    Who shows no presence (or no receipts) does not see that of others either. ``version`` rises
    with every change of what the profile page shows.
    """

    __tablename__ = "users"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    name: Mapped[str] = mapped_column(String(NAME_MAX_LENGTH))
    email: Mapped[str] = mapped_column(String(EMAIL_MAX_LENGTH), unique=True)
    password: Mapped[str] = mapped_column(String(255))
    active: Mapped[bool] = mapped_column(default=True)
    is_staff: Mapped[bool] = mapped_column(default=False)
    fs_uniquifier: Mapped[str] = mapped_column(String(64), unique=True)
    locale: Mapped[str | None] = mapped_column(String(5))
    enter_sends: Mapped[bool] = mapped_column(default=True)
    sound: Mapped[bool] = mapped_column(default=False)
    notifications: Mapped[bool] = mapped_column(default=False)
    shows_presence: Mapped[bool] = mapped_column(default=True)
    shows_receipts: Mapped[bool] = mapped_column(default=True)
    version: Mapped[int] = mapped_column(BigId, default=1)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=utcnow)
    name_changed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    last_seen_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class SignIn(Base):
    """One browser in which somebody is signed in. Its row *is* the session: gone, signed out.

    A signed cookie alone cannot be taken back; a row can. The poll reads it with every request,
    so that signing out, a ban or a new password ends a session within one poll.
    ``last_used_at`` is exact to a day; ``browser`` is a label such as "Firefox · Windows".
    """

    __tablename__ = "sign_ins"

    id: Mapped[str] = mapped_column(String(43), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    browser: Mapped[str] = mapped_column(String(BROWSER_MAX_LENGTH), default="")
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=utcnow)
    last_used_at: Mapped[datetime] = mapped_column(UTCDateTime, default=utcnow, index=True)


class Registration(Base):
    """An account that is none yet: the letter's link makes one of it.

    It is a table of its own, so that nothing that looks for people has to ask whether they are
    any. ``id`` is a hash of the link's token: who reads this table has no link. Several may wait
    for one address; each link carries its own.
    """

    __tablename__ = "registrations"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    name: Mapped[str] = mapped_column(String(NAME_MAX_LENGTH))
    email: Mapped[str] = mapped_column(String(EMAIL_MAX_LENGTH), index=True)
    password: Mapped[str] = mapped_column(String(255))
    next_page: Mapped[str | None] = mapped_column(String(NEXT_MAX_LENGTH))
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=utcnow, index=True)
