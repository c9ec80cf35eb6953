"""What the texts of a target file must be: requests, headers, cookies, places to capture from, and the names in braces.

A rule yields where (the names that lead there), the fact and the remedy.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TypeAlias

from cablecheck.cable.json_values import NotJsonError, parse
from cablecheck.errors import meant
from cablecheck.target.model import Capturing, Exchange, Listing, Target
from cablecheck.target.templates import in_json_text, names_in, plainly, quoted_in_sql
from cablecheck.target.webchat import completed

Said: TypeAlias = tuple[tuple[str, ...], str, str]

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
# What cablecheck itself fills in, and where.
EVERYWHERE = ("run",)
PUBLISHING = ("body", "label", "nonce")
CATCHING_UP = ("cursor",)

_CAPTURE = re.compile(r"json:.*|header:[!#$%&'*+.^_`|~0-9A-Za-z-]+|cookie:[^\s;=,\"\\]+")
_NAME = re.compile(r"[a-z][a-z0-9_]*")
_TCHAR = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")  # RFC 9110, section 5.6.2
_PRINTABLE = re.compile(r"[\x20-\x7e]*")
_COOKIE = re.compile(r"[!#-+\--:<-\[\]-~]*")  # RFC 6265, section 4.1.1
_OWN_PARAMETER = re.compile(r"[?&][^?&={}]+=\{cursor\}(?:[&\s]|$)")


def requests(target: Target) -> Iterator[Said]:
    """What goes over HTTP."""
    for path, exchange in _exchanges(target):
        where = ".".join(path)
        method, _, url = exchange.request.partition(" ")
        if exchange.request and (method not in METHODS or not _is_url(url.strip(), target)):
            remedy = f'write "{method if method in METHODS else "POST"} https://host/path"'
            yield (*path, "request"), f"{where}.request '{exchange.request}' is no request", remedy
        yield from _headers(path, exchange.headers, exchange.cookies)
        if isinstance(exchange, Exchange) and exchange.json is not None and exchange.form is not None:
            yield (*path, "form"), f"{where} has both json and form", "keep one of them"
        if isinstance(exchange, Listing):
            yield from _listing(path, exchange)
    yield from _headers(("cable",), target.cable.headers, target.cable.cookies)


def _is_url(url: str, target: Target) -> bool:
    """Whether it is an address, or begins with a name that stands for one."""
    known = plainly(url, completed(target).values)
    return re.match(r"(?:https?://[^/\s]|\{[a-z])", known) is not None and not re.search(r"\s", url)


def _listing(path: tuple[str, ...], listing: Listing) -> Iterator[Said]:
    where = ".".join(path)
    paged = listing.next is not None or listing.page_cap is not None or path == ("catch_up",)
    if listing.request and paged and "cursor" not in names_in(listing.request):
        remedy = "put {cursor} where the id of the last known message belongs"
        yield (*path, "request"), f"{where}.request does not say {{cursor}}", remedy
    elif (
        listing.empty_cursor == "omit"
        and "{cursor}" in listing.request
        and not _OWN_PARAMETER.search(listing.request)
    ):
        remedy = 'write empty_cursor = "0" or "skip", or give {cursor} a parameter of the query for itself'
        yield (*path, "request"), f"{where}.request can't leave {{cursor}} out", remedy


def _headers(path: tuple[str, ...], headers: dict[str, str], cookies: dict[str, str]) -> Iterator[Said]:
    for kind, given, good in (("header", headers, _PRINTABLE), ("cookie", cookies, _COOKIE)):
        for name, value in given.items():
            if _TCHAR.fullmatch(name) is None or good.fullmatch(value) is None:
                remedy = "write a name of letters, digits and dashes, and one line of printable ASCII"
                remedy += "" if kind == "header" else " without blanks, quotes, commas and semicolons"
                yield (*path, f"{kind}s", name), f"'{name}' of {'.'.join(path)}.{kind}s is no {kind}", remedy


def identifiers(target: Target) -> Iterator[Said]:
    """What a client subscribes to is the JSON of an object. A secret that was put into it as it is may have broken it."""
    if target.subscription is None:
        return
    identifier = target.subscription.identifier
    try:
        good = isinstance(parse(in_json_text(identifier, dict.fromkeys(names_in(identifier), "0"))), dict)
    except NotJsonError:
        good = False
    if not good:
        example = '{"channel":"ChatChannel","room":"{room}"}'
        remedy = f"write '{example}', with each value's name under [values] or among what is captured"
        yield ("subscription", "identifier"), "subscription.identifier is no JSON object", remedy


def captures(target: Target) -> Iterator[Said]:
    """What is kept of an answer, and under which name."""
    for path, step in _steps(target):
        for name, source in step.capture.items():
            if _NAME.fullmatch(name) is None:
                remedy = "use lower case, digits and underscores"
                yield (*path, "capture", name), f"'{name}' is no name for a value", remedy
            if _CAPTURE.fullmatch(source) is None:
                remedy = 'write "json:path.to.it", "header:Name" or "cookie:name"'
                yield (*path, "capture", name), f"'{source}' is no place to capture from", remedy
    for name in target.values:
        if _NAME.fullmatch(name) is None:
            yield (
                ("values", name),
                f"'{name}' is no name for a value",
                "use lower case, digits and underscores",
            )


def names(target: Target) -> Iterator[Said]:
    """Every name in braces has somebody who fills it in, before it is said."""
    known = {*completed(target).values, *EVERYWHERE}
    for path, step in _steps(target, "auth", "conversation"):
        yield from _unknown(path, step, known)
        known |= set(step.capture)
    known |= {name for step in completed(target).conversation for name in step.capture}
    if target.switch is not None:
        yield from _unknown(("switch",), target.switch, known)
    for path, value, more in _texts(target):
        yield from _unfilled(path, value, known | set(more))
    for name in dict.fromkeys(quoted_in_sql(target.truth.query or "")):
        fact = f"truth.query has {{{name}}} within quotes"
        yield ("truth", "query"), fact, f"write {{{name}}} without them: it becomes a parameter"


def _texts(target: Target) -> Iterator[tuple[tuple[str, ...], object, tuple[str, ...]]]:
    for name in ("headers", "cookies", "query"):
        yield ("cable", name), getattr(target.cable, name), ()
    if target.subscription is not None:
        yield ("subscription", "identifier"), target.subscription.identifier, ()
    yield ("live", "select"), target.live.select, ()
    for where in ("publish", "send"):
        if (publish := getattr(target, where)) is not None:
            for name in (*_EXCHANGE, "perform", "command", "redis", "channel", "payload", "own_id"):
                yield (where, name), getattr(publish, name), PUBLISHING
    for where, listing in (("catch_up", target.catch_up), ("truth", target.truth)):
        if listing is not None:
            for name in _EXCHANGE[:3]:
                yield (where, name), getattr(listing, name), CATCHING_UP
    yield ("truth", "query"), target.truth.query, ()


_EXCHANGE = ("request", "headers", "cookies", "json", "form")


def _exchanges(target: Target) -> Iterator[tuple[tuple[str, ...], Exchange | Listing]]:
    yield from _steps(target)
    for where in ("publish", "send", "catch_up", "truth"):
        if (exchange := getattr(target, where)) is not None:
            yield (where,), exchange


def _steps(target: Target, *where: str) -> Iterator[tuple[tuple[str, ...], Capturing]]:
    for name in where or ("auth", "conversation"):
        for at, step in enumerate(getattr(target, name)):
            yield (name, str(at)), step
    if not where and target.switch is not None:
        yield ("switch",), target.switch


def _unknown(path: tuple[str, ...], step: Exchange, known: set[str]) -> Iterator[Said]:
    for name in _EXCHANGE:
        yield from _unfilled((*path, name), getattr(step, name), known)


def _unfilled(path: tuple[str, ...], value: object, known: set[str]) -> Iterator[Said]:
    for name in dict.fromkeys(names_in(value)):
        if name not in known:
            guess = meant(name, known)
            remedy = guess or f"use one of {', '.join(sorted(known))}, or give it a value under [values]"
            yield path, f"{'.'.join(path)} says {{{name}}}, which nothing fills in", remedy
