"""`cablecheck proxy`: the chaos proxy alone, for any client."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from cablecheck.errors import ExitCode

if TYPE_CHECKING:
    from collections.abc import Callable

    from cablecheck.history import Event
    from cablecheck.live.proxy.notes import Note
    from cablecheck.live.standing.proxy import Listening, Stand


@click.command(name="proxy")
@click.option(
    "--upstream",
    required=True,
    metavar="URL",
    help="The server: ws, wss, http or https://host[:port][/path].",
)
@click.option(
    "--listen",
    default="127.0.0.1:9000",
    show_default=True,
    metavar="HOST:PORT",
    help="Where clients connect; port 0: any free one.",
)
@click.option(
    "--listen-tls",
    nargs=2,
    type=click.Path(path_type=Path),
    metavar="CERT KEY",
    help="Speak TLS to the clients, under this certificate (PEM files).",
)
@click.option(
    "--faults", metavar="FILE", help="Play the faults of this scenario, once: a file or a shipped name."
)
@click.option(
    "--api",
    metavar="HOST:PORT",
    help="Toggle faults here, as Toxiproxy's own clients do (which ask at 127.0.0.1:8474).",
)
@click.option(
    "--ca",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Trust these authorities (PEM) for the server, and no others.",
)
@click.option(
    "--client-certificate",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Show the server this certificate (PEM).",
)
@click.option(
    "--client-key",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Its key, unless that stands in the same file.",
)
@click.option(
    "--server-name", metavar="NAME", help="The name in the server's certificate.  [default: the URL's host]"
)
@click.option(
    "--upstream-proxy",
    metavar="URL",
    help="An HTTP proxy to reach the server through, or none.  [default: by the environment]",
)
@click.option("--origin", metavar="URL", help="The Origin of upgrades.  [default: the server's own]")
@click.option("--keep-host", is_flag=True, help="Leave Host and Origin as the client sends them.")
@click.option(
    "--catch-up",
    default="[?&]after_id=",
    show_default=True,
    metavar="REGEX",
    help="A GET whose path or query has this is a catch-up.",
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON lines.")
@click.option(
    "--until-eof", is_flag=True, help="Stop when standard input ends, so as not to outlive a parent."
)
def command(as_json: bool, until_eof: bool, **options: object) -> ExitCode:
    """Run the chaos proxy alone, between any client and any server, and print what it does to which connection.

    Point a browser, an SDK or a test at it in place of the server, cable and REST alike. Host, and the Origin of upgrades, are written anew
    for the server; an upgrade to / goes to the path of --upstream, all else passes by its own path. Requests go one a connection, and
    compressed frames are not offered to the server. Redirects and cookies pass as they are, and of a query nothing is printed.

    --faults plays the fault steps of a scenario, with wait, await, settle, heal and release between them. It begins once a client is
    subscribed, or at once if it has a connect. What takes a run (publish, send, restart, await shown, ...) is left out, and said;
    await errored waits for its time. Every connection is one of client c1.

    --api speaks Toxiproxy's names for the one proxy `cable`: enabled, and the toxics latency, bandwidth (downstream), timeout and reset_peer.
    A toxic's type may also be a verb of `cablecheck explain faults`, its attributes those of the step; a story's faults are listed too.
    What has no counterpart (slow_close, slicer, limit_data, a toxicity below 1) is refused with the reason.

    HTTPS_PROXY, HTTP_PROXY, ALL_PROXY and NO_PROXY are heeded as curl does, but a server on loopback is reached straight.

    \b
    Example:
      cablecheck proxy --upstream wss://staging.example/cable --faults half-open
      cablecheck proxy --upstream http://127.0.0.1:8765 --api 127.0.0.1:8474
      curl -d '{"type": "cut", "attributes": {"how": "rst"}}' 127.0.0.1:8474/proxies/cable/toxics

    \b
    Exit codes:
      0         standard input ended (--until-eof)
      2         bad input: an option, a file, or a port that can't be used
      130, 143  stopped by SIGINT, SIGTERM: faults are healed, every connection of its own is reset
    """
    import trio

    from cablecheck.cli.proxying import Asked, stand_of

    return trio.run(_serve, stand_of(Asked(**options)), as_json, until_eof)  # type: ignore[arg-type]


async def _serve(stand: Stand, as_json: bool, until_eof: bool) -> ExitCode:
    import signal

    import trio

    from cablecheck.cli.proxying import told
    from cablecheck.cli.screen import answer, remark
    from cablecheck.live.standing.proxy import StandingProxy
    from cablecheck.live.standing.toxic_api import is_loopback

    ending = ExitCode.VERIFIED

    def tell(at: float, what: Event | Note) -> None:
        line = told(at, what, stand, as_json)
        if line is not None:
            answer(line)

    async def stop_on_signal(end: Callable[[], None]) -> None:
        nonlocal ending
        async for number in signals:
            ending = ExitCode(128 + number)
            signal.signal(number, signal.SIG_DFL)  # a second one ends us at once
            end()
            return

    with trio.open_signal_receiver(signal.SIGINT, signal.SIGTERM) as signals:
        async with trio.open_nursery() as nursery:
            listening: Listening = await nursery.start(StandingProxy(stand, tell).run)
            if not is_loopback(stand.front.host):
                remark(f"--listen: whoever reaches {listening.place} reaches the server through it")
            nursery.start_soon(stop_on_signal, listening.end)
            if until_eof:
                nursery.start_soon(_stop_at_the_end, listening.end)
            await listening.over.wait()
            nursery.cancel_scope.cancel()
    return ending


async def _stop_at_the_end(end: Callable[[], None]) -> None:
    import trio

    from cablecheck.cli.stdin import read_to_the_end

    await trio.to_thread.run_sync(read_to_the_end, abandon_on_cancel=True)
    end()
