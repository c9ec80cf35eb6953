"""What `cablecheck proxy` makes of its options, and how it tells what the proxy does."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import SplitResult, urlsplit

import msgspec

from cablecheck.errors import BadInputError
from cablecheck.history import Armed, Event, Fired, Healed, Released
from cablecheck.live.http_proxy import bracketed, read_proxy
from cablecheck.live.proxy.front import Front
from cablecheck.live.proxy.notes import ENDS, Answered, Declined, Entered, Listens, Note, Over, Told
from cablecheck.live.route import Route
from cablecheck.live.standing.fault_story import checked
from cablecheck.live.standing.proxy import Stand
from cablecheck.live.standing.recasting import Recasting
from cablecheck.live.standing.toxic_api import is_loopback
from cablecheck.live.trust import client_context, server_context
from cablecheck.nemesis.signals import Link
from cablecheck.report.visible import listed, shortened
from cablecheck.scenario.model import Scenario
from cablecheck.scenario.reading import read_path
from cablecheck.scenario.shelf import find

T = TypeVar("T")
_PORTS = {"ws": 80, "http": 80, "wss": 443, "https": 443}
_SECURE = {"wss", "https"}
_LONGEST_PATH = 100


@dataclass(frozen=True)
class Asked:
    """The options as they were given."""

    upstream: str
    listen: str
    listen_tls: tuple[Path, Path] | None
    faults: str | None
    api: str | None
    ca: Path | None
    client_certificate: Path | None
    client_key: Path | None
    server_name: str | None
    upstream_proxy: str | None
    origin: str | None
    keep_host: bool
    catch_up: str


class _Findings:
    """Gathers what is wrong with several options before anything is said."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def of(self, make: Callable[[], T]) -> T | None:
        """What is made, or None, and what is wrong is remembered."""
        try:
            return make()
        except BadInputError as error:
            self.lines += error.findings
            return None


def stand_of(asked: Asked) -> Stand:
    """What the proxy is made of. Raises BadInputError with every finding."""
    findings = _Findings()
    url = findings.of(lambda: _url("--upstream", asked.upstream, tuple(_PORTS)))
    listen = findings.of(lambda: _address("--listen", asked.listen))
    api = findings.of(lambda: _loopback("--api", asked.api))
    if asked.origin is not None:
        findings.of(lambda: _url("--origin", str(asked.origin), ("http", "https")))
    tls = None
    if asked.listen_tls is not None:
        certificate, key = asked.listen_tls
        tls = findings.of(lambda: server_context(certificate, key, "--listen-tls"))
    catch_up = findings.of(lambda: _pattern("--catch-up", asked.catch_up))
    scenario = None if asked.faults is None else findings.of(lambda: _scenario(str(asked.faults)))
    route = None if url is None else findings.of(lambda: _route(asked, url))
    if findings.lines:
        raise BadInputError(*findings.lines)
    assert url is not None
    assert route is not None
    assert listen is not None
    assert catch_up is not None
    front = Front(listen[0], listen[1], tls)
    return Stand(route, _shown(url), front, _recasting(asked, url), catch_up, scenario, api)


def _url(option: str, text: str, schemes: tuple[str, ...]) -> SplitResult:
    try:
        parts = urlsplit(text)
        good = (
            parts.scheme in schemes and bool((parts.hostname or "").encode("idna")) and (parts.port or 1) > 0
        )
        good = good and not ("@" in parts.netloc or parts.query or parts.fragment)
    except ValueError:
        good = False
    if not good:
        remedy = f"write {schemes[0]}://host:port, without a user or a query"
        raise BadInputError(
            f"{option}: '{text.partition('?')[0]}' is no {' or '.join(schemes)} URL; {remedy}"
        )
    return parts


def _address(option: str, text: str) -> tuple[str, int]:
    host, _, port = text.rpartition(":")
    host = host.removeprefix("[").removesuffix("]")
    if not host or not port.isascii() or not port.isdigit() or int(port) > 65_535:
        raise BadInputError(f"{option}: '{text}' is no address; write host:port, such as 127.0.0.1:9000")
    return host, int(port)


def _loopback(option: str, text: str | None) -> tuple[str, int] | None:
    if text is None:
        return None
    host, port = _address(option, text)
    if not is_loopback(host):
        raise BadInputError(
            f"{option}: '{host}' is not loopback, and whoever reaches it can cut every line; use 127.0.0.1:{port}"
        )
    return host, port


def _pattern(option: str, text: str) -> re.Pattern[str]:
    try:
        return re.compile(text)
    except re.error as error:
        raise BadInputError(
            f"{option}: '{text}' is no regular expression ({error}); write such as [?&]after_id="
        ) from error


def _scenario(word: str) -> Scenario:
    paths = find(word)
    if len(paths) != 1:
        raise BadInputError(f"--faults: {word} is a folder of {len(paths)} scenarios; name one")
    return checked(read_path(paths[0]))


def _route(asked: Asked, url: SplitResult) -> Route:
    secure = url.scheme in _SECURE
    files = (asked.ca, asked.client_certificate, asked.client_key)
    if not secure and (any(files) or asked.server_name):
        raise BadInputError(
            f"--upstream: {url.scheme}:// speaks no TLS; leave its options out, or write {'wss' if url.scheme == 'ws' else 'https'}://"
        )
    context = client_context(*files) if secure else None
    route = Route(url.hostname or "", url.port or _PORTS[url.scheme], context, asked.server_name)
    match asked.upstream_proxy:
        case None:
            return route.through(os.environ)
        case "none":
            return route
        case proxy:
            return Route(
                route.host, route.port, context, asked.server_name, read_proxy(proxy, "--upstream-proxy")
            )


def _recasting(asked: Asked, url: SplitResult) -> Recasting:
    path = None if url.path in ("", "/") else url.path
    if asked.keep_host:
        return Recasting(None, asked.origin, path)
    host = bracketed(url.hostname or "")
    if url.port not in (None, _PORTS[url.scheme]):
        host = f"{host}:{url.port}"
    return Recasting(host, asked.origin or f"{'https' if url.scheme in _SECURE else 'http'}://{host}", path)


def _shown(url: SplitResult) -> str:
    return f"{url.scheme}://{url.netloc}{url.path}"


# What is told ---------------------------------------------------------------------------------------------------------------------


def _announced(listening: Listens, stand: Stand, as_json: bool) -> str:
    """The first line."""
    by = stand.route.proxy
    if as_json:
        facts = {
            "event": "listening", "listen": listening.place, "tls": stand.front.tls is not None, "upstream": stand.shown, "api": listening.api,
        }  # fmt: skip
        return json.dumps(facts, separators=(",", ":"))
    scheme = "https and wss" if stand.front.tls is not None else "http and ws"
    api = f"; its API at http://{listening.api}" if listening.api else ""
    through = f" by {by.name}" if by is not None else ""
    return f"cablecheck proxy listens at {listening.place} ({scheme}) for {stand.shown}{through}{api}; Ctrl-C stops it."


def told(at: float, what: Event | Note, stand: Stand, as_json: bool) -> str | None:
    """The line about this, if there is one: frames that merely pass are not told."""
    if isinstance(what, Listens):
        return _announced(what, stand, as_json)
    text = _text(what)
    if text is None:
        return None
    if as_json:
        return json.dumps(_facts(at, what), separators=(",", ":"))
    return f"{at:9.3f}  {_whose(what):<9}  {text}"


def _facts(at: float, what: Event | Note) -> dict[str, Any]:
    if isinstance(what, Armed | Fired | Released | Healed):
        built: dict[str, Any] = msgspec.to_builtins(what)
        return built
    facts: dict[str, Any] = {"event": type(what).__name__.lower(), "at": at}
    for key, value in msgspec.structs.asdict(what).items():
        if isinstance(value, Link):
            facts["connection"] = f"{value.kind} {value.number}"
        else:
            facts[key] = shortened(value, _LONGEST_PATH) if key == "path" else value
    return facts


def _whose(what: Event | Note) -> str:
    match what:
        case Entered(link=link) | Answered(link=link) | Over(link=link):
            return f"{link.kind} {link.number}"
        case Fired(socket=int(number)):
            return f"cable {number}"
        case Fired(fetch=int(number)):
            return f"rest {number}"
        case _:
            return "-"


def _text(what: Event | Note) -> str | None:
    match what:
        case Entered(_, peer, method, path, catch_up):
            asks = ", a catch-up" if catch_up else ""
            return f"{shortened(method, 20) or 'no HTTP'} {shortened(path, _LONGEST_PATH)} from {peer}{asks}"
        case Answered(_, status, protocol):
            chosen = f" ({shortened(protocol, 40)})" if protocol else ""
            return (
                f"the target answers {status}{chosen}"
                if status
                else "the target answers with what is no HTTP"
            )
        case Over(_, by, how, sent, received):
            ended = f"the {by} {how}" if how in (*ENDS.values(), "went away", "stopped") else how
            return f"over: {ended}; {sent} bytes came, {received} went back"
        case Declined(peer, why):
            return f"{peer} came to nothing: {why}"
        case Told(text):
            return text
        case Armed() | Fired() | Released() | Healed():
            return _fault(what)
        case _:
            return None


def _fault(event: Armed | Fired | Released | Healed) -> str:
    detail = f": {event.detail}" if event.detail else ""
    match event:
        case Armed(fault=fault, verb=verb):
            return f"fault {_named(fault, verb)} is armed{detail}"
        case Fired(fault=fault, verb=verb, kind=kind, ids=ids):
            what = " ".join(filter(None, [f"a {kind}" if kind else "", f"({listed(ids)})" if ids else ""]))
            return f"fault {_named(fault, verb)} strikes{' ' if what else ''}{what}{detail}"
        case Released(fault=fault):
            return f"what fault {fault} kept is let go{detail}"
        case Healed(fault=fault):
            return f"fault {fault} is over{detail}"


def _named(fault: str, verb: str) -> str:
    return fault if fault.startswith(verb) else f"{fault} ({verb})"
