"""How a command ends: whatever it returns or raises becomes one exit code and, where something went wrong, lines on stderr."""

from __future__ import annotations

import errno
import signal
import sys
import traceback
from collections.abc import Callable, Iterator

import click

from cablecheck.cli.screen import remark, silence
from cablecheck.errors import CablecheckError, ExitCode, worst

# No room to write in, which is nobody's bug. EIO is left out: a disk that fails may be anything.
_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_READER_LEFT = 128 + signal.SIGPIPE  # what a shell reports for a program whose reader went away


def exit_code_of(command: Callable[[], object]) -> int:
    """Run a command to its end; its ExitCode, or 0 where it returns None.

    An exception that nobody foresaw is a bug of ours: 4 and a traceback, never 1, which would read as a lost message.
    """
    try:
        code = _code(command())
        if sys.stdout is not None:
            sys.stdout.flush()
    except BrokenPipeError:
        silence(sys.stdout)
        return _READER_LEFT
    except click.exceptions.Exit as wish:
        return wish.exit_code
    except click.Abort:
        return ExitCode.INTERRUPTED
    except click.ClickException as error:
        return _bad_usage(error)
    except BaseException as error:  # noqa: BLE001 - this is the last stop: nothing may leave with Python's own exit 1
        return _failed(error)
    return code


def _code(returned: object) -> int:
    if returned is None:
        return ExitCode.VERIFIED
    assert isinstance(returned, int), f"a command returned {returned!r} where an exit code belongs"
    return int(returned)


def _bad_usage(error: click.ClickException) -> int:
    if isinstance(error, click.exceptions.NoArgsIsHelpError):
        remark(error.format_message())
    else:
        context = error.ctx if isinstance(error, click.UsageError) else None
        where = context.command_path if context is not None else "cablecheck"
        remark(f"{where}: {_one_line(error.format_message(), f'see `{where} --help`')}")
    return ExitCode.BAD_INPUT


def _one_line(said: str, remedy: str) -> str:
    """What click says as a fact with a remedy; what has one already keeps its own."""
    if "; " in said:
        return said
    said = said.replace("is not a valid integer range", "is no whole number")
    fact, _, guess = (said[:1].lower() + said[1:]).replace("(Did", "Did").partition(" Did you mean ")
    return f"{fact.rstrip('.')}; {'did you mean ' + guess.rstrip(')') if guess else remedy}"


def foreseen(error: BaseException) -> list[CablecheckError]:
    """The errors of ours in it, alone or in a group of groups; none if there is anything else among them."""
    leaves = list(_leaves(error))
    ours = [leaf for leaf in leaves if isinstance(leaf, CablecheckError)]
    return ours if len(ours) == len(leaves) else []


def _failed(error: BaseException) -> int:
    if ours := foreseen(error):
        for line in dict.fromkeys(str(each) or type(each).__name__ for each in ours):
            remark(line)
        return worst(each.exit_code for each in ours)
    if all(isinstance(leaf, OSError) and leaf.errno in _FULL for leaf in _leaves(error)):
        return _no_room(error)
    if all(isinstance(leaf, KeyboardInterrupt | CablecheckError) for leaf in _leaves(error)):
        return ExitCode.INTERRUPTED
    return _bug(error)


def _no_room(error: BaseException) -> int:
    silence(sys.stdout)  # what is still buffered would fail once more on the way out
    first = next(_leaves(error))
    assert isinstance(first, OSError)
    place = first.filename or "standard output"
    remark(
        f"{place}: can't be written: {(first.strerror or str(first)).lower()}; make room, or write elsewhere"
    )
    return ExitCode.BAD_INPUT


def _leaves(error: BaseException) -> Iterator[BaseException]:
    """The exceptions in a group, however deeply nested; Trio wraps whatever leaves a nursery."""
    if isinstance(error, BaseExceptionGroup):
        for inner in error.exceptions:
            yield from _leaves(inner)
    else:
        yield error


def _bug(error: BaseException) -> int:
    remark("".join(traceback.format_exception(error)).rstrip("\n"))
    said = str(error).strip().split("\n")[0]
    remark(
        f"bug in cablecheck: {type(error).__name__}{f': {said}' if said else ''}; please report the lines above"
    )
    return ExitCode.BUG
