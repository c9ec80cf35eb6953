"""Whether what the targets need is installed here; where not, one line says what to install."""

from __future__ import annotations

import subprocess
from functools import cache
from importlib.util import find_spec

from tests.targets.postgres import programs
from tests.targets.process import found

# Named one by one: Debian's metapackage `rails` pulls in half of Node, and clashes with a Node from elsewhere.
DEBIAN = (
    "ruby-actioncable", "ruby-activerecord", "ruby-railties", "puma", "ruby-redis", "ruby-sqlite3", "ruby-pg",
    "redis-server", "postgresql",
)  # fmt: skip
_GEMS = ("actioncable", "activerecord", "railties", "redis", "sqlite3", "pg", "puma")
_PROGRAMS = ("ruby", "puma", "redis-server", "setpriv")
_MODULES = ("actioncable", "channels", "uvicorn")


@cache
def rails_lacks() -> str | None:
    """Why the Rails target can't be started here, and what to do about it."""
    lacking = [program for program in _PROGRAMS if found(program) is None]
    lacking += [] if programs() else ["postgresql"]
    lacking += [] if "ruby" in lacking else [f"gem {gem}" for gem in _GEMS if not _has_gem(gem)]
    if not lacking:
        return None
    return f"no Rails target without {', '.join(lacking)}: apt-get install --no-install-recommends {' '.join(DEBIAN)}"


def _has_gem(name: str) -> bool:
    ruby = found("ruby")
    assert ruby is not None
    return subprocess.run([ruby, "-e", f"gem '{name}'"], capture_output=True, check=False).returncode == 0


@cache
def django_lacks() -> str | None:
    """Why the Django target can't be started here, and what to do about it."""
    lacking = [module for module in _MODULES if find_spec(module) is None]
    return f"no Django target without {', '.join(lacking)}: pip install '.[targets]'" if lacking else None
