"""The promises under load. A size of seconds runs always, the full one with ``-m soak``."""
