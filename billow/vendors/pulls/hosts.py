"""Which hosts may be asked: those on a list, at an address that is not inside the house.

A workbook may come from elsewhere, and an address in it may point to a machine of ours. So a host's name is
looked up once, and the address that was checked here is the one that is called.

>>> allowed("a.example.com", ["*.example.com"]), allowed("example.com.evil.net", ["example.com"])
(True, False)
>>> [is_public(text) for text in ("8.8.8.8", "127.0.0.1", "169.254.169.254", "::ffff:10.0.0.1")]
[True, False, False, False]
"""

import ipaddress
import os
import socket
from collections.abc import Sequence

PRIVATE_HOSTS = "BILLOW_PRIVATE_HOSTS"  # an administrator's list of hosts inside the house
ALLOW = (
    "If this host may be asked for reports, add it to the setting Allowed hosts; write https:// before it."
)


class NotAllowed(Exception):  # noqa: N818 - becomes the refusal of a source
    """A connection that is not made, with the reason in words."""


def allowed(host: str, hosts: Sequence[str]) -> bool:
    """Tell whether a host is on the list; ``*.example.com`` stands for all below it."""
    name = host.lower().rstrip(".")
    return any(
        name.endswith(one[1:]) if one.startswith("*.") else name == one
        for one in (entry.strip().lower() for entry in hosts)
        if one
    )


def checked_address(host: str, port: int, hosts: Sequence[str]) -> str:
    """Return the address at which a host on the list may be called; ``NotAllowed`` says why not."""
    if not allowed(host, hosts):
        raise NotAllowed(f'The host "{host}" is not among those that may be asked')
    entries = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    # the older kind of address first: where the newer one has no way out, a call would wait in vain
    found = [str(entry[4][0]) for entry in sorted(entries, key=lambda entry: entry[0] != socket.AF_INET)]
    ours = allowed(host, os.environ.get(PRIVATE_HOSTS, "").split(","))
    if not ours and not all(map(is_public, found)):
        raise NotAllowed(f'The host "{host}" is a machine inside the house')
    return found[0]


def is_public(text: str) -> bool:
    """Tell whether an address lies on the open internet."""
    address = ipaddress.ip_address(text.partition("%")[0])
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped:
        address = address.ipv4_mapped
    return address.is_global and not address.is_multicast
