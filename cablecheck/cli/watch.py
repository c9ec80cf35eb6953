"""`cablecheck watch`: the reference client alone against any server."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cablecheck.cli.screen import harmless, remark
from cablecheck.cli.stdin import read_some
from cablecheck.errors import BadInputError, ExitCode

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from cablecheck.client.page import InitialMessage
    from cablecheck.client.transcript import Entry
    from cablecheck.live.watching import Watch


@click.command("watch")
@click.option("--cable", required=True, metavar="URL", help="The cable: ws://host:port/cable.")
@click.option("--api", required=True, metavar="URL", help="The root of the REST API: http://host:port/v1.")
@click.option("--webchat", required=True, metavar="ID", help="The id of the webchat.")
@click.option("--session", required=True, metavar="S", help="The visitor's session.")
@click.option("--conversation", required=True, metavar="C", help="The conversation to subscribe to.")
@click.option(
    "--initial",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="JSON: what the page shows at first, a list of messages with an id (and a created_at).",
)
@click.option("--profile", default="hellotext", show_default=True, help="The rules that the client follows.")
@click.option(
    "--jitter",
    type=click.FloatRange(0, 1),
    default=0.0,
    show_default=True,
    help="How much of the backoff's random part to keep.",
)
@click.option(
    "--for", "span", metavar="TIME", help="Stop after this long, such as 30s; else run until stopped."
)
def command(
    cable: str,
    api: str,
    webchat: str,
    session: str,
    conversation: str,
    initial: Path | None,
    profile: str,
    jitter: float,
    span: str | None,
) -> ExitCode:
    """Run the reference client alone against any server and print each event at once, as a JSON line.

    The lines have the keys of the recordings' replay ("in": what the client was told, "out": what it did) and the seconds since the start
    ("at"). Write `send TEXT`, `type`, `subscribe` or `unsubscribe` on standard input to be the visitor. No proxy stands between, and no fault.
    Why a connection failed, which a browser tells no page, goes to standard error. HTTPS_PROXY and the like are heeded as curl does, but a
    server on loopback is reached straight.

    \b
    Example:
      cablecheck watch --cable ws://127.0.0.1:8765/cable --api http://127.0.0.1:8765/v1 \\
        --webchat demo --session S --conversation C --for 30s

    \b
    Exit codes:
      0         the time was up
      2         bad input
      130, 143  stopped by SIGINT, SIGTERM
    """
    import trio

    from cablecheck.client.page import Page
    from cablecheck.client.profiles import profile_named
    from cablecheck.live.watching import Watch, watched_place

    limit = _checked(cable, api, span)
    page = Page(webchat, session, conversation, () if initial is None else _read_initial(initial))
    place = watched_place(cable, api, page, os.environ)
    return trio.run(_watch, Watch(place, page, profile_named(profile), jitter, limit))


def _checked(cable: str, api: str, span: str | None) -> float | None:
    """The seconds to watch. Raises BadInputError for a URL or a time that is none, all at once."""
    from cablecheck.scenario.units import seconds
    from cablecheck.target.sense import url_fault

    findings = [
        f"{option}: '{url}' is no {schemes[0]} or {schemes[1]} URL; {remedy}"
        for option, url, schemes in (("--cable", cable, ("ws", "wss")), ("--api", api, ("http", "https")))
        if (remedy := url_fault(url, schemes))
    ]
    limit = None
    try:
        limit = None if span is None else seconds(span)
    except ValueError as error:
        findings.append(f"--for: {error}")
    if findings:
        raise BadInputError(*findings)
    return limit


async def _watch(what: Watch) -> ExitCode:
    import signal

    import trio

    from cablecheck.live.watching import watch

    ending = ExitCode.VERIFIED
    async with trio.open_nursery() as nursery:

        async def heed() -> None:
            nonlocal ending
            with trio.open_signal_receiver(signal.SIGINT, signal.SIGTERM) as received:
                async for number in received:
                    ending = ExitCode.INTERRUPTED if number == signal.SIGINT else ExitCode.TERMINATED
                    nursery.cancel_scope.cancel()

        nursery.start_soon(heed)
        await watch(what, _tell, _typed_lines(), remark)
        nursery.cancel_scope.cancel()
    return ending


def _tell(entry: Entry) -> None:
    click.echo(harmless(json.dumps(entry, separators=(",", ":"))))


async def _typed_lines() -> AsyncIterator[str]:
    """Standard input as lines."""
    import trio

    rest = b""
    while part := await trio.to_thread.run_sync(read_some, abandon_on_cancel=True):
        *lines, rest = (rest + part).split(b"\n")
        for line in lines:
            yield line.decode(errors="replace")
    if rest:
        yield rest.decode(errors="replace")


def _read_initial(path: Path) -> tuple[InitialMessage, ...]:
    """A list of messages, or an object that has one as `initial` or `messages`. Raises BadInputError."""
    from cablecheck.cable.json_values import text_of
    from cablecheck.client.page import InitialMessage

    try:
        value = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise BadInputError(f"{path}: can't be read ({error.strerror}); give a file of JSON") from error
    except ValueError as error:
        raise BadInputError(f"{path}: no JSON ({error}); write a list of messages") from error
    if isinstance(value, dict):
        value = value.get("initial", value.get("messages"))
    if not isinstance(value, list) or not all(isinstance(each, dict) and "id" in each for each in value):
        raise BadInputError(
            f'{path}: no list of messages with an id; write [{{"id": "m1", "created_at": "..."}}]'
        )
    return tuple(
        InitialMessage(
            text_of(each["id"]),
            None if each.get("created_at") is None else str(each["created_at"]),
            str(each.get("body", "")),
        )
        for each in value
    )
