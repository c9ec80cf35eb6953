"""What a target file's tables must say of each other: one small rule each.

A rule yields where (the names that lead there), the fact and the remedy.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

from cablecheck.errors import meant
from cablecheck.scenario.document import KNOWN_PROFILES, UNEXPECTABLE
from cablecheck.scenario.known import Known
from cablecheck.scenario.units import per_second
from cablecheck.target import wording
from cablecheck.target.model import Publish, Target, Truth
from cablecheck.target.templates import in_url, names_in
from cablecheck.target.wording import Said

_WAYS = ("request", "perform", "command", "redis")


def sense(target: Target) -> Iterator[Said]:
    """Everything that the tables do not agree about."""
    for rule in _RULES:
        yield from rule(target)


def url_fault(url: str, schemes: tuple[str, ...]) -> str | None:
    """What a URL should be, if it is none of these schemes."""
    try:
        parts = urlsplit(url)
        good = parts.scheme in schemes and _is_host(parts.hostname or "") and parts.port != 0
        good = good and "@" not in parts.netloc and not parts.fragment
    except ValueError:
        good = False
    return None if good else f"write {schemes[0]}://host:port/path"


def _is_host(host: str) -> bool:
    """Whether it can be looked up. Raises ValueError where it can't be written as a name at all, as `a..b`."""
    return bool(host) and bool(host.encode("idna"))


def _urls(target: Target) -> Iterator[Said]:
    if remedy := url_fault(target.cable.url, ("wss", "ws")):
        yield ("cable", "url"), f"cable.url '{target.cable.url}' is no ws or wss URL", remedy
    if target.webchat is not None and (remedy := url_fault(target.webchat.api, ("https", "http"))):
        yield ("webchat", "api"), f"webchat.api '{target.webchat.api}' is no http or https URL", remedy
    origin = target.cable.origin
    if origin is not None and (url_fault(origin, ("https", "http")) or urlsplit(origin).path):
        remedy = "write https://host, as a browser sends it"
        yield ("cable", "origin"), f"cable.origin '{origin}' is no origin", remedy
    for name in target.cable.subprotocols or ():
        if re.fullmatch(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+", name) is None:
            remedy = 'write names such as "actioncable-v1-json", or [] for none'
            yield ("cable", "subprotocols"), f"'{name}' is no subprotocol", remedy
    if target.cable.stale_after <= 0:
        yield (
            ("cable", "stale_after"),
            "cable.stale_after is no time at all",
            'write stale_after = "6s", as Rails has it',
        )


def _empties(target: Target) -> Iterator[Said]:
    for name in ("api", "id", "token", "session", "conversation"):
        if target.webchat is not None and getattr(target.webchat, name) == "":
            yield ("webchat", name), f"webchat.{name} is empty", f'write {name} = "..."'


def _needed(target: Target) -> Iterator[Said]:
    """Without a webchat nothing has a default. Without a catch-up one can do, if badly."""
    if target.webchat is not None:
        return
    lacking = [name for name in ("subscription", "publish") if getattr(target, name) is None]
    if target.truth == Truth():
        lacking.append("truth")
    for name in lacking:
        remedy = f"add the table {name}, or webchat for a chat with the bundled one's API"
        yield (), f"there is no {name} in it", remedy


def _publishing(target: Target) -> Iterator[Said]:
    for where in ("publish", "send"):
        publish: Publish | None = getattr(target, where)
        if publish is None:
            continue
        ways = [way for way in _WAYS if getattr(publish, way)]
        if len(ways) != 1:
            fact = f"{where} has {' and '.join(ways) or 'no way to publish'}"
            yield (where,), fact, f"give exactly one of {', '.join(_WAYS)}"
        elif where == "send" and ways != ["request"]:
            yield (where,), f"a visitor can't send by {ways[0]}", "give request"
        if ways and not _carries(publish):
            remedy = "put {body} where the message's text belongs"
            yield (where,), f"{where} does not say {{body}} anywhere", remedy
        if publish.created_at_field is not None and publish.json is None and publish.form is None:
            fact = f"{where}.created_at_field has no body to stand in"
            yield (where, "created_at_field"), fact, "give json or form, or leave it out"
        yield from _redis(where, publish)


def _redis(where: str, publish: Publish) -> Iterator[Said]:
    if publish.redis is None:
        return
    for name, example in (("channel", "chat_1"), ("payload", '{"body":"{body}"}'), ("own_id", "{nonce}")):
        if getattr(publish, name) is None:
            yield (where, "redis"), f"{where}.redis lacks {name}", f"add {name} = '{example}'"


def _carries(publish: Publish) -> bool:
    """Whether the message's text goes out with it. A command gets it on its standard input."""
    said = (publish.request, publish.json, publish.form, publish.perform, publish.payload)
    return publish.command is not None or "body" in set(names_in(said))


def _truth(target: Target) -> Iterator[Said]:
    truth = target.truth
    if truth == Truth():
        return
    ways = [way for way in ("request", "sql", "ledger") if getattr(truth, way)]
    if len(ways) != 1:
        fact = f"truth has {' and '.join(ways) or 'no way to be read'}"
        yield ("truth",), fact, "give exactly one of request, sql, ledger"
    if (truth.sql is None) != (truth.query is None):
        given, lacking = ("query", "sql") if truth.sql is None else ("sql", "query")
        example = "postgresql://..." if lacking == "sql" else "select id, body, created_at from ..."
        yield ("truth", given), f"truth.{given} lacks its {lacking}", f'add {lacking} = "{example}"'
    if truth.query is not None and not re.match(r"\s*(select|with)\b", truth.query, re.IGNORECASE):
        yield ("truth", "query"), "truth.query is no select", "give a query that only reads"
    if truth.empty_cursor == "skip":
        fact = "a truth that is never asked for is none"
        yield ("truth", "empty_cursor"), fact, 'write empty_cursor = "omit" or "0"'


def _one_page(target: Target) -> Iterator[Said]:
    """A page of ours talks to one server besides its cable: the proxy has to know where to."""
    if target.catch_up is None or target.send is None:
        return
    sites = [
        urlsplit(in_url(exchange.request.partition(" ")[2].strip(), target.values))[:2]
        for exchange in (target.catch_up, target.send)
    ]
    if sites[0] != sites[1] and not any("{" in site[1] or not site[1] for site in sites):
        fact = f"catch_up asks {sites[0][1]} and send asks {sites[1][1]}"
        yield ("send", "request"), fact, "give both the same server, as one page has"


def _tls(target: Target) -> Iterator[Said]:
    tls = target.tls
    if (tls.certificate is None) != (tls.key is None):
        given, lacking = ("key", "certificate") if tls.certificate is None else ("certificate", "key")
        yield ("tls", given), f"tls.{given} lacks its {lacking}", f"add {lacking}, or leave both out"


def _times(target: Target) -> Iterator[Said]:
    try:
        per_second(target.max_rate)
    except ValueError as error:
        yield ("max_rate",), f"max_rate: {str(error).partition(';')[0]}", 'write max_rate = "20/s"'
    deadlines = {"answer": target.deadlines.answer, "recovered": target.deadlines.recovered}
    for name, within in deadlines.items():
        if within is not None and within <= 0:
            yield ("deadlines", name), f"deadlines.{name} is no time at all", f'write {name} = "10s"'


def _commands(target: Target) -> Iterator[Said]:
    for name in ("deploy", "restart"):
        command = getattr(target, name)
        if command is not None and not _is_command(command.command):
            remedy = 'write what you would type, such as "./deploy.sh"'
            yield (name, "command"), f"{name}.command is no command", remedy


def _is_command(text: str) -> bool:
    try:
        return bool(shlex.split(text))
    except ValueError:
        return False


def _known(target: Target) -> Iterator[Said]:
    """Which losses are accepted: by the name of a scenario, then of a profile."""
    profiles = [word for word in KNOWN_PROFILES if word not in UNEXPECTABLE]
    for scenario, by_profile in target.known.items():
        for profile, known in by_profile.items():
            path = ("known", scenario, profile)
            if profile in UNEXPECTABLE:
                fact = f"{profile} is the client that must be caught, so nothing is accepted of it"
                yield path, fact, "leave it out"
            elif profile.partition("-without-")[0] not in profiles:
                guess = meant(profile, profiles) or f"use one of {', '.join(profiles)}"
                yield path, f"unknown profile '{profile}'", guess
            if known == Known():
                yield path, f"known.{scenario}.{profile} accepts nothing", 'write what, such as lost = ["m3"]'


_RULES: tuple[Callable[[Target], Iterator[Said]], ...] = (
    _urls,
    _empties,
    _needed,
    _publishing,
    _truth,
    _one_page,
    wording.requests,
    wording.identifiers,
    wording.captures,
    wording.names,
    _tls,
    _times,
    _commands,
    _known,
)
