"""What a target file's tables must say of each other, and what a text in them must be: one small rule each.

A rule yields where (the names that lead there), the fact and the remedy.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable, Iterator
from typing import TypeAlias
from urllib.parse import urlsplit

from cablecheck.errors import meant
from cablecheck.scenario.units import per_second
from cablecheck.target.model import Capturing, CatchUp, Exchange, Publish, Target, Truth
from cablecheck.target.templates import names_in
from cablecheck.target.webchat import completed

Said: TypeAlias = tuple[tuple[str, ...], str, str]

_METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
# What cablecheck itself fills in, and where.
EVERYWHERE = ("run",)
PUBLISHING = ("body", "label", "nonce", "number")
CATCHING_UP = ("cursor",)
_CAPTURE = re.compile(r"json:.*|header:[A-Za-z0-9-]+|cookie:[^\s;=]+")
_TCHAR = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")


def sense(target: Target) -> Iterator[Said]:
    """Everything that the tables do not agree about."""
    for rule in _RULES:
        yield from rule(target)


def url_fault(url: str, schemes: tuple[str, ...]) -> str | None:
    """What is wrong with a URL, if anything, and what it should be."""
    try:
        parts = urlsplit(url)
        good = parts.scheme in schemes and _is_host(parts.hostname or "") and (parts.port or 1) > 0
        good = good and "@" not in parts.netloc
    except ValueError:
        good = False
    return None if good else f"write {schemes[0]}://host:port/path"


def _is_host(host: str) -> bool:
    """Whether it can be looked up. Raises ValueError where it can't be written as a name at all, as `a..b`."""
    return bool(host) and bool(host.encode("idna"))


def _urls(target: Target) -> Iterator[Said]:
    if remedy := url_fault(target.cable.url, ("ws", "wss")):
        yield ("cable", "url"), f"cable.url '{target.cable.url}' is no ws or wss URL", remedy
    if target.webchat is not None and (remedy := url_fault(target.webchat.api, ("http", "https"))):
        yield ("webchat", "api"), f"webchat.api '{target.webchat.api}' is no http or https URL", remedy
    origin = target.cable.origin
    if origin is not None and (url_fault(origin, ("http", "https")) or urlsplit(origin).path):
        yield (
            ("cable", "origin"),
            f"cable.origin '{origin}' is no origin",
            "write https://host, as a browser sends it",
        )


def _empties(target: Target) -> Iterator[Said]:
    for name in ("api", "id", "token", "session", "conversation"):
        if target.webchat is not None and getattr(target.webchat, name) == "":
            yield ("webchat", name), f"webchat.{name} is empty", f'write {name} = "..."'


def _needed(target: Target) -> Iterator[Said]:
    """Without a webchat nothing has a default."""
    if target.webchat is not None:
        return
    lacking = [name for name in ("subscription", "publish", "catch_up") if getattr(target, name) is None]
    if target.truth == Truth():
        lacking.append("truth")
    for name in lacking:
        yield (
            (),
            f"it lacks [{name}]",
            f"add the table {name}, or [webchat] for a chat with the bundled one's API",
        )


def _publishing(target: Target) -> Iterator[Said]:
    for where in ("publish", "send"):
        publish: Publish | None = getattr(target, where)
        if publish is None:
            continue
        ways = [way for way in ("request", "perform", "command", "redis") if getattr(publish, way)]
        if len(ways) != 1:
            fact = f"{where} has {' and '.join(ways) or 'no way to publish'}"
            yield (where,), fact, "give exactly one of request, perform, command, redis"
        if where == "send" and ways and ways != ["request"]:
            yield (where,), f"a visitor can't send by {ways[0]}", "give request"
        if publish.redis is not None and (publish.channel is None or publish.payload is None):
            yield (
                (where, "redis"),
                f"{where}.redis lacks a channel or a payload",
                'add channel = "..." and payload = "..."',
            )
        if ways and not _carries_body(publish):
            yield (
                (where,),
                f"{where} does not say {{body}} anywhere",
                "put {body} where the message's text belongs",
            )


def _carries_body(publish: Publish) -> bool:
    """A command gets the body on its standard input."""
    said = (publish.request, publish.json, publish.form, publish.perform, publish.payload)
    return publish.command is not None or "body" in set(names_in(list(said)))


def _truth(target: Target) -> Iterator[Said]:
    truth = target.truth
    if truth == Truth():
        return
    ways = [way for way in ("request", "sql", "ledger") if getattr(truth, way)]
    if len(ways) != 1:
        yield (
            ("truth",),
            f"truth has {' and '.join(ways) or 'no way to be read'}",
            "give exactly one of request, sql, ledger",
        )
    if truth.sql is not None and truth.query is None:
        yield (
            ("truth", "sql"),
            "truth.sql lacks its query",
            'add query = "select id, body, created_at from ..."',
        )
    if truth.query is not None and not re.match(r"\s*(select|with)\b", truth.query, re.IGNORECASE):
        yield ("truth", "query"), "truth.query is no select", "give a query that only reads"
    publish = target.publish
    if truth.ledger and publish is not None and publish.perform is not None:
        yield (
            ("truth", "ledger"),
            "nobody acknowledges what is performed, so there is no ledger",
            "give request or sql",
        )


def _requests(target: Target) -> Iterator[Said]:
    """What goes over HTTP, and the names in it."""
    given = set(target.values) | set(EVERYWHERE) | _captured(target) | _from_webchat(target)
    for path, exchange, more in _exchanges(target):
        known = given | set(more)
        method, _, url = (exchange.request or "").partition(" ")
        if exchange.request and (method not in _METHODS or not url.strip()):
            fact = f"{'.'.join(path)}.request '{exchange.request[:40]}' is no request"
            yield (*path, "request"), fact, 'write "POST https://host/path"'
        if isinstance(exchange, Exchange) and exchange.json is not None and exchange.form is not None:
            yield (*path, "form"), f"{'.'.join(path)} has both json and form", "keep one of them"
        yield from _headers(path, {**exchange.headers, **exchange.cookies})
        yield from _unknown_names(path, exchange, known)
    yield from _headers(("cable",), {**target.cable.headers, **target.cable.cookies})
    for path, value in _texts(target):
        yield from _unknown(
            path, value, given | (set(PUBLISHING) if path[0] in ("publish", "send") else set())
        )


def _exchanges(
    target: Target,
) -> Iterator[tuple[tuple[str, ...], Exchange | CatchUp | Truth, tuple[str, ...]]]:
    for where in ("auth", "conversation"):
        for at, step in enumerate(getattr(target, where)):
            yield (where, str(at)), step, ()
    for where, more in (
        ("switch", ()),
        ("publish", PUBLISHING),
        ("send", PUBLISHING),
        ("catch_up", CATCHING_UP),
    ):
        if (exchange := getattr(target, where)) is not None:
            yield (where,), exchange, more
    if target.truth.request is not None:
        yield ("truth",), target.truth, CATCHING_UP


def _texts(target: Target) -> Iterator[tuple[tuple[str, ...], object]]:
    if target.subscription is not None:
        yield ("subscription", "identifier"), target.subscription.identifier
    for name in ("headers", "cookies", "query"):
        yield ("cable", name), getattr(target.cable, name)
    yield ("live", "select"), target.live.select
    for where in ("publish", "send"):
        if (publish := getattr(target, where)) is not None:
            for name in ("perform", "command", "channel", "payload"):
                yield (where, name), getattr(publish, name)
    yield ("truth", "query"), target.truth.query


def _captured(target: Target) -> set[str]:
    steps = (*target.auth, *target.conversation, *([target.switch] if target.switch else []))
    return {name for step in steps for name in step.capture}


def _from_webchat(target: Target) -> set[str]:
    if target.webchat is None:
        return set()
    whole = completed(target)
    return set(whole.values) | _captured(whole)


def _unknown_names(
    path: tuple[str, ...], exchange: Exchange | CatchUp | Truth, known: set[str]
) -> Iterator[Said]:
    for name in ("request", "headers", "cookies", "json", "form"):
        yield from _unknown((*path, name), getattr(exchange, name, None), known)


def _unknown(path: tuple[str, ...], value: object, known: set[str]) -> Iterator[Said]:
    for name in dict.fromkeys(names_in(value)):
        if name not in known:
            remedy = (
                meant(name, known)
                or f"use one of {', '.join(sorted(known))}, or give it a value under [values]"
            )
            yield path, f"{'.'.join(path)} says {{{name}}}, which nothing fills in", remedy


def _headers(path: tuple[str, ...], headers: dict[str, str]) -> Iterator[Said]:
    for name, value in headers.items():
        if _TCHAR.fullmatch(name) is None or re.search(r"[\r\n\0]", value):
            remedy = "write one line of text, and a name of letters, digits and dashes"
            yield (*path, "headers", name), f"'{name}' of {'.'.join(path)} is no header", remedy


def _captures(target: Target) -> Iterator[Said]:
    steps: list[tuple[tuple[str, ...], Capturing]] = [
        ((where, str(at)), step)
        for where in ("auth", "conversation")
        for at, step in enumerate(getattr(target, where))
    ]
    if target.switch is not None:
        steps.append((("switch",), target.switch))
    for path, step in steps:
        for name, source in step.capture.items():
            if re.fullmatch(r"[a-z][a-z0-9_]*", name) is None:
                yield (
                    (*path, "capture", name),
                    f"'{name}' is no name for a value",
                    "use lower case, digits and underscores",
                )
            if _CAPTURE.fullmatch(source) is None:
                fact = f"'{source}' is no place to capture from"
                yield (
                    (*path, "capture", name),
                    fact,
                    'write "json:path.to.it", "header:Name" or "cookie:name"',
                )


def _rest(target: Target) -> Iterator[Said]:
    if (target.tls.certificate is None) != (target.tls.key is None):
        yield (
            ("tls",),
            "tls has a certificate without its key, or a key without its certificate",
            "give both, or neither",
        )
    try:
        per_second(target.max_rate)
    except ValueError as error:
        yield ("max_rate",), f"max_rate: {error}", 'write max_rate = "20/s"'
    for name in ("deploy", "restart"):
        command = getattr(target, name)
        if command is not None and not _is_command(command.command):
            yield (
                (name, "command"),
                f"{name}.command is no command",
                'write what you would type, such as "./deploy.sh"',
            )


def _is_command(text: str) -> bool:
    try:
        return bool(shlex.split(text))
    except ValueError:
        return False


_RULES: tuple[Callable[[Target], Iterator[Said]], ...] = (
    _urls,
    _empties,
    _needed,
    _publishing,
    _truth,
    _requests,
    _captures,
    _rest,
)
