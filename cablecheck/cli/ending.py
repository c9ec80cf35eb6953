"""How a command ends: whatever it returns or raises becomes one exit code and, where something went wrong, lines on stderr."""

from __future__ import annotations

import signal
import sys
import traceback
from collections.abc import Callable, Iterator

import click

from cablecheck.cli.screen import remark, silence
from cablecheck.errors import CablecheckError, ExitCode, worst

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
    lines = []
    if isinstance(error, click.exceptions.NoArgsIsHelpError):
        lines.append(error.format_message())
    elif isinstance(error, click.UsageError) and error.ctx is not None:
        where = error.ctx.command_path
        lines += [f"{where}: {error.format_message()}", f"Try '{where} --help'."]
    else:
        lines.append(f"cablecheck: {error.format_message()}")
    remark("\n".join(lines))
    return ExitCode.BAD_INPUT


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
    if all(isinstance(leaf, KeyboardInterrupt | CablecheckError) for leaf in _leaves(error)):
        return ExitCode.INTERRUPTED
    return _bug(error)


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
