"""Which hosts a target file makes cablecheck speak to."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

from cablecheck.target.model import Target
from cablecheck.target.templates import in_url, plainly

_DATABASES = ("postgres", "postgresql")


def sites_of(target: Target) -> dict[str, str]:
    """Each host that is asked for something, with the first URL that names it, its query left out.

    What no host can be read from, such as a URL that begins with something that the target has yet to tell, stands for one itself. A
    socket in the file system has no host, and what a command of the user's speaks to nobody can say.
    """
    sites: dict[str, str] = {}
    for url in urls_of(target):
        for host, site in _hosts(url):
            sites.setdefault(host, site)
    return sites


def _hosts(url: str) -> Iterator[tuple[str, str]]:
    plain = url.partition("?")[0]
    try:
        parts = urlsplit(url)
        hosts = [parts.hostname or ""]
    except ValueError:
        yield plain, plain
        return
    site = f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"
    if parts.scheme in _DATABASES:
        hosts = [host for host in (*hosts, *parse_qs(parts.query).get("host", ())) if host and host[0] != "/"]
    elif parts.scheme == "unix":
        return
    for host in hosts:
        yield (host, site) if host else (plain, plain)


def urls_of(target: Target) -> Iterator[str]:
    """Every URL that is dialled, the cable's first."""
    yield target.cable.url
    for exchange in (*target.auth, *target.conversation, target.switch, target.publish, target.send):
        if exchange is not None and exchange.request:
            yield _address(exchange.request, target)
    for listing in (target.catch_up, target.truth):
        if listing is not None and listing.request:
            yield _address(listing.request, target)
    if target.publish is not None and target.publish.redis is not None:
        yield plainly(target.publish.redis, target.values)
    if target.truth.sql is not None and target.truth.sql.partition(":")[0] in _DATABASES:
        yield target.truth.sql


def _address(request: str, target: Target) -> str:
    return in_url(request.partition(" ")[2].strip(), target.values)
