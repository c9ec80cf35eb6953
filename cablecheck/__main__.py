"""python -m cablecheck, and the `cablecheck` command."""

from __future__ import annotations

import sys


def main() -> None:
    """Run the command line; the exit code is ExitCode's."""
    from cablecheck.cli import main as command_line

    sys.exit(command_line(sys.argv[1:]))


if __name__ == "__main__":
    main()
