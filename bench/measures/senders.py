"""Several who send at once, each its messages one after the other."""

import itertools
import secrets
from collections.abc import Sequence

from bench.checks import has_status
from bench.load import Times, at_once
from bench.servers import Server
from bench.site import Site


def send_at_once(
    site: Site, server: Server, conversations: Sequence[Sequence[int]], messages: int
) -> Times:
    """For each sender the conversations it goes through, again and again."""
    requests = [_requests(site, places, messages) for places in conversations]
    return at_once(server.port, [iter(each) for each in requests], has_status(201))


def _requests(site: Site, conversations: Sequence[int], messages: int) -> list[bytes]:
    """Made before anything is timed."""
    places = itertools.islice(itertools.cycle(conversations), messages)
    return [site.send_request(place, f"s-{secrets.token_hex(8)}") for place in places]
