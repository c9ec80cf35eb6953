"""Start every kind of server, say their processes, and hold them until killed: for the test of what becomes of them then."""

from __future__ import annotations

import sys
from pathlib import Path

import trio

from tests.targets.puma import Setup, rails


async def hold(folder: Path) -> None:
    """Print the processes, one line, and wait for ever."""
    async with rails(Setup("postgresql", "redis", workers=2), folder) as target:
        assert target.redis is not None
        assert target.postgres is not None
        await target.open_session()  # now PostgreSQL has a backend for it
        pids = [
            target.process.pid,
            *target.worker_pids(),
            target.redis.process.pid,
            target.postgres.process.pid,
        ]
        backends = target.postgres.query("SELECT pid FROM pg_stat_activity WHERE pid <> pg_backend_pid()")
        sys.stdout.write(f"{' '.join(map(str, [*pids, *backends]))}\n")
        sys.stdout.flush()
        await trio.sleep_forever()


if __name__ == "__main__":
    trio.run(hold, Path(sys.argv[1]))
