"""The program that decodes one picture of a stranger and ends: ``python -m decoder``.

``marketplace/storage/decoding.py`` starts it, once for each picture. It knows nothing of the site,
holds no file but those it was given and can open none, so that a decoder that is led astray by what
it reads has nothing to reach for; and it ends when it takes too much of the machine.
"""


class RefusedError(Exception):
    """A file that is not decoded, or not to its end."""


class TooLargeError(RefusedError):
    """It has more pixels than are taken."""
