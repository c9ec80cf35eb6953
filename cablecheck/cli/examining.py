"""What `cablecheck doctor` does: read the target, examine it, print each row as it is there. Import it late: it pulls in the live world."""

from __future__ import annotations

import os
import signal
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import trio

from cablecheck.cli.manners import Doings, ask_leave
from cablecheck.cli.screen import answer, keep_secret
from cablecheck.doctor import table
from cablecheck.doctor.diagnosis import Row, exit_code_of
from cablecheck.doctor.examination import MOST_MESSAGES, examine
from cablecheck.errors import BadInputError, ExitCode, InterruptedRun
from cablecheck.live.server import bundled_server
from cablecheck.live.targets import Place, place_of
from cablecheck.scenario.defects import Defect, defects_named
from cablecheck.target.reading import FILE, Described, read_target
from cablecheck.target.webchat import LEARN

_EXIT_CODES = {signal.SIGINT: ExitCode.INTERRUPTED, signal.SIGTERM: ExitCode.TERMINATED}


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What was asked for on the command line."""

    target: str | None = None
    targets: Path = Path(FILE)
    defects: tuple[str, ...] = ()
    as_json: bool = False
    yes: bool = False


def examine_target(wish: Wish) -> ExitCode:
    """Examine one target and tell what was found. Raises BadInputError, with every finding, before anything is asked of it."""
    defects = defects_named(wish.defects)
    if wish.target is not None and defects:
        raise BadInputError("--defect: only the bundled chat has defects to switch on; leave out --target")
    described = None
    if wish.target is not None:
        described = read_target(wish.targets, wish.target, os.environ)
        keep_secret(described.secrets.masked)
        ask_leave(described, _doings(described), yes=wish.yes)
    if not wish.as_json:
        answer(table.header())
    rows = trio.run(_examine, described, defects, _silent if wish.as_json else _tell)
    code = exit_code_of(rows)
    if wish.as_json:
        answer(table.as_json(wish.target or "bundled", rows, code))
    else:
        answer(f"\n{table.headline(rows, code)}")
    return code


def _doings(described: Described) -> Doings:
    """What a visit comes to, at most: two conversations are begun, if they are."""
    hellos = described.target.conversation.count(LEARN)
    return Doings(messages=MOST_MESSAGES + 2 * hellos, begun=2, breaks=False)


async def _examine(
    described: Described | None, defects: Sequence[Defect], tell: Callable[[Row], None]
) -> list[Row]:
    """The rows. Raises InterruptedRun on SIGINT and SIGTERM; what was found until then was told."""
    rows: list[Row] = []
    stopped_by: list[ExitCode] = []
    async with trio.open_nursery() as nursery:

        async def heed() -> None:
            with trio.open_signal_receiver(*_EXIT_CODES) as received:
                async for number in received:
                    stopped_by.append(_EXIT_CODES[signal.Signals(number)])
                    nursery.cancel_scope.cancel()

        nursery.start_soon(heed)
        async with _place(described, defects) as place:
            rows = await examine(place, tell)
        nursery.cancel_scope.cancel()
    if stopped_by:
        raise InterruptedRun(stopped_by[0])
    return rows


@asynccontextmanager
async def _place(described: Described | None, defects: Sequence[Defect]) -> AsyncIterator[Place]:
    if described is not None:
        yield place_of(described, os.environ)
        return
    with TemporaryDirectory(prefix="cablecheck-", ignore_cleanup_errors=True) as folder:
        async with bundled_server(Path(folder), defects) as server:
            keep_secret(server.place.secrets.masked)
            yield server.place


def _tell(row: Row) -> None:
    for line in table.lines(row):
        answer(line)


def _silent(_row: Row) -> None:
    """The rows are told at the end, as one object."""
