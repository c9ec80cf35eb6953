"""Visits of the doctor: a target file that says everything, as far as a test does not plant a mistake into it, and the rows up to one."""

from __future__ import annotations

import copy
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack
from typing import Any

import tomli_w

from cablecheck.doctor.diagnosis import Row
from cablecheck.doctor.examination import CHECKS, examine
from cablecheck.live.targets import place_of
from cablecheck.scenario.defects import Defect
from cablecheck.target.reading import Described, read_text
from tests.demo.house import TOKEN, served
from tests.doctor.front import Front, fronted

Change = Callable[[dict[str, Any]], None]

ROOT = "{api}/public/webchats/{webchat}"
AGENT = {"Authorization": "Bearer {token}"}


def tables(port: int, scheme: str = "") -> dict[str, Any]:
    """A whole target file's tables for the bundled server behind this port. `scheme`: `s` for TLS."""
    return {
        "cable": {"url": f"ws{scheme}://127.0.0.1:{port}/cable"},
        "values": {"api": f"http{scheme}://127.0.0.1:{port}/v1", "webchat": "w1", "token": TOKEN},
        "deadlines": {"answer": "3s"},
        "conversation": [
            {
                "request": f"POST {ROOT}/sessions",
                "json": {},
                "capture": {"session": "json:session", "conversation": "json:conversation"},
            }
        ],
        "subscription": {
            "identifier": '{"channel":"WebchatChannel","id":"{webchat}","session":"{session}","conversation":"{conversation}"}'
        },
        "live": {"select": {"type": "message"}},
        "publish": {
            "request": f"POST {ROOT}/messages",
            "headers": AGENT,
            "json": {"conversation": "{conversation}", "body": "{body}"},
            "created_at_field": "created_at",
        },
        "catch_up": {
            "request": f"GET {ROOT}/messages?after_id={{cursor}}&session={{session}}",
            "next": "next",
        },
        "truth": {
            "request": f"GET {ROOT}/messages?session={{session}}&after_id={{cursor}}",
            "headers": AGENT,
            "next": "next",
        },
    }


def described(whole: dict[str, Any]) -> Described:
    """The target of such tables, read as any file is."""
    return read_text(tomli_w.dumps({"target": {"here": whole}}), "here.toml", "here", {})


async def rows_of(
    *,
    front: Front | None = None,
    defects: Sequence[Defect] = (),
    change: Change | None = None,
    upto: str = "",
) -> dict[str, Row]:
    """What the doctor says of a bundled server behind a front, with a file that was changed; all rows, or those up to one."""
    last = next((at for at, check in enumerate(CHECKS) if check.name == upto), len(CHECKS) - 1)
    async with AsyncExitStack() as stack:
        server = await stack.enter_async_context(served(defects=defects))
        port = server.port
        if front is not None:
            port = await stack.enter_async_context(fronted(front, server))
        whole = copy.deepcopy(tables(port, "s" if front is not None and front.tls is not None else ""))
        if change is not None:
            change(whole)
        rows = await examine(place_of(described(whole), {}), lambda _: None, checks=CHECKS[: last + 1])
    return {row.check: row for row in rows}
