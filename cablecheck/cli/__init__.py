"""Arguments in, exit code out: the `cablecheck` command, its subcommands, and the one place where exit codes are made.

Nothing but click is imported here: a subcommand's module is imported when it is called, so `--help` answers at once.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from importlib import import_module

import click

from cablecheck.cli import ending, screen
from cablecheck.errors import ExitCode, meant

COMMANDS: dict[str, str] = {
    "run": "Play scenarios and say which messages were lost.",
    "doctor": "Say what of a target works, and what to do about the rest.",
    "check": "Read scenario files and tell their stories step by step.",
    "sweep": "Try every cell of a systematic sweep, or many random worlds, in virtual time.",
    "judge": "Judge finished or broken-off runs again from their files.",
    "blame": "Say what each fault of a story really did, by leaving it out.",
    "certificate": "Say which faults struck in which phase of a connection's life.",
    "demo": "Serve the bundled chat server alone.",
    "proxy": "Run the chaos proxy alone, between any client and any server.",
    "watch": "Run the reference client alone against any server.",
    "init": "Write a commented target file.",
    "scenarios": "List the scenarios that cablecheck brings along.",
    "explain": "Print a reference page, from the code's own registries.",
    "schema": "Print the JSON Schema of a scenario file, or of a target file.",
    "bench": "Measure how many scenarios a second can be simulated.",
    "replay-recording": "Replay recordings of the real SDK.",
}
_COMPLETION_VARIABLE = "_CABLECHECK_COMPLETE"


class LateGroup(click.Group):
    """A group that imports a subcommand's module when it is called: `cablecheck.cli.<name>`, whose `command` it is."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """The names in the order of the table above: what one needs first stands first."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - click's signature
        """The subcommand itself, or None where there is no such name."""
        if cmd_name not in COMMANDS:
            return None
        module = import_module(f"cablecheck.cli.{cmd_name.replace('-', '_')}")
        command = module.command
        assert isinstance(command, click.Command), f"{module.__name__}.command is no click command"
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """As click does it, with a guess at what a misspelt name was meant to be."""
        if args and args[0] not in COMMANDS and not ctx.resilient_parsing:
            remedy = meant(args[0], COMMANDS) or f"use one of {', '.join(COMMANDS)}"
            ctx.fail(f"unknown command '{args[0]}'; {remedy}")
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 - click's signature
        """List the subcommands without importing any of them."""
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.group(
    name="cablecheck",
    cls=LateGroup,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(package_name="cablecheck", message="%(prog)s %(version)s")
def cablecheck() -> None:
    """Cut the line of a chat over Action Cable, and say which messages were lost.

    \b
    Example:
      cablecheck run                     every shipped scenario, bundled server
      cablecheck run socket-kill         one of them
      cablecheck run my-story.yaml --target staging

    \b
    Exit codes:
      0  verified: everything that was stored was shown
      1  violated: a message was lost, duplicated, misordered, ...
      2  bad input: a file, option or argument to mend
      3  inconclusive: nothing was proved (target unreachable, nothing at stake)
      4  a bug in cablecheck itself
      130, 143  interrupted (SIGINT, SIGTERM); faults healed, what was finished is reported
    """


def main(argv: Sequence[str]) -> int:
    """Run the command line and return the exit code; never raises, and never returns 1 for an error of ours."""
    screen.forget_secrets()
    if _COMPLETION_VARIABLE in os.environ:
        return _complete(os.environ[_COMPLETION_VARIABLE])
    return ending.exit_code_of(lambda: _invoke(list(argv)))


def _complete(question: str) -> int:
    """Answer what a shell asks for its completion. A question that nobody knows is bad input: click alone would exit with 1."""
    from click.shell_completion import shell_complete

    failed = shell_complete(cablecheck, {}, "cablecheck", _COMPLETION_VARIABLE, question)
    return ExitCode.BAD_INPUT if failed else ExitCode.VERIFIED


def _invoke(argv: list[str]) -> object:
    colour = False if os.environ.get("NO_COLOR") else None
    with cablecheck.make_context("cablecheck", argv, color=colour) as context:
        return cablecheck.invoke(context)
