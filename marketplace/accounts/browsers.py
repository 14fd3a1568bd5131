"""What a browser is called in the list of sign-ins: enough to know one's own by, and no more."""

# The first that is found counts: most browsers also name those that came before them.
BROWSERS = {
    "Edg": "Edge",
    "OPR/": "Opera",
    "SamsungBrowser": "Samsung Internet",
    "Firefox": "Firefox",
    "FxiOS": "Firefox",
    "Chrome": "Chrome",
    "Chromium": "Chrome",
    "CriOS": "Chrome",
    "Safari": "Safari",
}
SYSTEMS = {
    "iPhone": "iPhone",
    "iPad": "iPad",
    "Android": "Android",
    "Windows": "Windows",
    "CrOS": "ChromeOS",
    "Macintosh": "macOS",
    "Linux": "Linux",
}
LOOKED_AT_MAX = 500  # characters; what browsers send has about 120


def label(user_agent: str) -> str:
    """Browser and system, in no language, such as "Firefox · Windows"; "" for unknown ones."""
    words = user_agent[:LOOKED_AT_MAX]
    return " · ".join(filter(None, (_first(BROWSERS, words), _first(SYSTEMS, words))))


def _first(names: dict[str, str], words: str) -> str | None:
    return next((name for word, name in names.items() if word in words), None)
