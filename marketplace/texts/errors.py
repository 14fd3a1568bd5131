"""What the domain refuses, each as a sentence for the person who asked."""

RETRY_AFTER_SECONDS = 2


class DomainError(Exception):
    """Something asked for that cannot be done. ``message`` is a sentence for the person."""

    status = 400
    code = "bad_request"
    retry_after: int | None = None
    """Seconds after which the same may succeed."""

    def __init__(self, message: str = "", *, field: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.field = field

    @property
    def headers(self) -> dict[str, str]:
        """What the answer carries besides."""
        return {} if self.retry_after is None else {"Retry-After": str(self.retry_after)}


class MalformedError(DomainError):
    """A request that no well-behaved client sends."""


class InvalidError(DomainError):
    """A value a person can mend. ``field`` names it."""

    status = 422
    code = "invalid"


class UnauthorizedError(DomainError):
    """Nobody is signed in."""

    status = 401
    code = "unauthorized"


class NotFoundError(DomainError):
    """It does not exist, or is none of this person's business: the two look the same."""

    status = 404
    code = "not_found"


class ForbiddenError(DomainError):
    """Known, but not allowed. ``code`` may say which rule."""

    status = 403
    code = "forbidden"


class ConflictError(DomainError):
    """It contradicts what is stored."""

    status = 409
    code = "conflict"


class OutdatedError(ConflictError):
    """An edit started from a state that is no longer the newest, and would take back what was
    changed meanwhile. The newest can be read anew, and the edit sent again as one of that."""

    code = "outdated"


class BusyError(DomainError):
    """Too many do the same dear thing at this moment; in the next there is room."""

    status = 503
    code = "busy"
    retry_after = RETRY_AFTER_SECONDS


class TooManyError(DomainError):
    """Too often in too short a time; see ``marketplace.operations.limits``."""

    status = 429
    code = "too_many"

    def __init__(self, message: str, *, retry_after: int) -> None:
        super().__init__(message)
        self.retry_after = retry_after
