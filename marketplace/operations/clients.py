"""Who asks, as far as the network tells: what limits are counted by."""

from contextlib import suppress
from ipaddress import IPv4Address, IPv6Address, ip_address
from urllib.parse import urlsplit

from flask import request


def client_ip() -> IPv4Address | IPv6Address:
    """Who asks, as far as the network tells; ``::`` where it tells nothing that can be read.

    A door that is open to both kinds (``HOST=::``) shows an IPv4 address as ``::ffff:192.0.2.1``,
    and some proxies add a port.
    """
    text = request.remote_addr or ""
    for candidate in (text, _without_port(text)):
        with suppress(ValueError):
            address = ip_address(candidate)
            return getattr(address, "ipv4_mapped", None) or address
    return IPv6Address("::")


def _without_port(address: str) -> str:
    try:
        return urlsplit(f"//{address}").hostname or ""
    except ValueError:
        return ""
