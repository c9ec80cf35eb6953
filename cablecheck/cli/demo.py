"""`cablecheck demo`: the bundled chat server alone, to try clients against."""

from __future__ import annotations

import json
import shlex
import signal
from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cablecheck.cli.stdin import read_to_the_end
from cablecheck.errors import BadInputError, ExitCode

if TYPE_CHECKING:
    from cablecheck.demo.server import Serving

_SAFE = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~")  # RFC 3986 unreserved


@click.command(name="demo")
@click.option(
    "--port", type=click.IntRange(0, 65535), default=8765, show_default=True, help="0: any free one."
)
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option(
    "--data",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Keep the chats in this SQLite file; without it they are gone at the end.",
)
@click.option("--token", help="The agent's bearer token.  [default: a new one each time]")
@click.option("--webchat", default="demo", show_default=True, help="The id of the webchat.")
@click.option(
    "--defect", "defects", multiple=True, metavar="NAME", help="Switch on a fault of the chat itself."
)
@click.option(
    "--json", "as_json", is_flag=True, help="Print one JSON line once it listens, and nothing else."
)
@click.option(
    "--until-eof", is_flag=True, help="Stop when standard input ends, so as not to outlive a parent."
)
def command(
    port: int,
    host: str,
    data: Path | None,
    token: str | None,
    webchat: str,
    defects: tuple[str, ...],
    as_json: bool,
    until_eof: bool,
) -> ExitCode:
    """Serve the bundled chat server alone: REST and cable on one port, until it is stopped.

    It prints where it listens, the agent's token, and a session and conversation to try with. Any Origin is accepted, and anybody who
    reaches the port may begin a chat: keep it on loopback. SIGTERM and SIGINT end it as they end puma: every socket gets a bare FIN.

    \b
    Example:
      cablecheck demo --port 0 --data chat.sqlite3

    \b
    Exit codes:
      0         standard input ended (--until-eof)
      2         the port or the data file can't be used
      130, 143  stopped by SIGINT, SIGTERM
    """
    import trio

    from cablecheck.demo.server import serve
    from cablecheck.scenario.defects import defects_named

    _check("--webchat", webchat)
    if token is not None:
        _check("--token", token)
    flaws = defects_named(defects)
    start = partial(serve, host=host, port=port, data=data, token=token, webchat=webchat, defects=flaws)
    return trio.run(_serve, start, as_json, until_eof)


def _check(option: str, value: str) -> None:
    """A token goes into a header and a webchat into a URL, by hand and by curl: no quoting, please."""
    if not value or not _SAFE.issuperset(value):
        raise BadInputError(f"{option}: {value!r} can't be used; use letters, digits and - . _ ~ only")


async def _serve(start: Callable[..., Awaitable[None]], as_json: bool, until_eof: bool) -> ExitCode:
    import trio

    ending = ExitCode.VERIFIED
    reader_left = False
    with trio.open_signal_receiver(signal.SIGINT, signal.SIGTERM) as signals:
        async with trio.open_nursery() as nursery:

            async def stop_on_signal() -> None:
                nonlocal ending
                async for number in signals:
                    ending = ExitCode(128 + number)
                    nursery.cancel_scope.cancel()
                    signal.signal(number, signal.SIG_DFL)  # a second one ends us at once
                    return

            nursery.start_soon(stop_on_signal)
            serving = await nursery.start(start)
            session, conversation = await serving.open_session()
            try:
                click.echo(_announced(serving, session, conversation, as_json))
            except BrokenPipeError:
                reader_left = True
                nursery.cancel_scope.cancel()
            if until_eof:
                await trio.to_thread.run_sync(read_to_the_end, abandon_on_cancel=True)
                nursery.cancel_scope.cancel()
    if reader_left:
        raise BrokenPipeError
    return ending


def _announced(serving: Serving, session: str, conversation: str, as_json: bool) -> str:
    facts: dict[str, str | int] = {
        "port": serving.port,
        "cable": serving.cable,
        "api": serving.api,
        "webchat": serving.webchat,
        "token": serving.token,
        "session": session,
        "conversation": conversation,
    }
    if as_json:
        return json.dumps(facts, separators=(",", ":"))
    messages = f"{serving.api}/public/webchats/{serving.webchat}/messages"
    said = json.dumps({"conversation": conversation, "body": "hello"})
    bearer = shlex.quote(f"Authorization: Bearer {serving.token}")
    return "\n".join(
        [
            f"cablecheck demo listens on {serving.url}; Ctrl-C stops it.",
            "",
            *(f"  {name:<13}{value}" for name, value in facts.items() if name != "port"),
            "",
            "Say something as the agent, then read what the visitor has:",
            "",
            f"  curl -H {bearer} -d {shlex.quote(said)} {shlex.quote(messages)}",
            f"  curl {shlex.quote(f'{messages}?session={session}')}",
        ]
    )
