from __future__ import annotations

import trio
import trio.testing

from cablecheck.demo.outbox import Outbox


async def test_frames_leave_in_order_and_a_waiting_reader_is_woken() -> None:
    outbox = Outbox(100, lambda: None)
    left: list[str] = []

    async def read() -> None:
        for _ in range(3):
            left.append(await outbox.first())
            outbox.sent()

    async with trio.open_nursery() as nursery:
        nursery.start_soon(read)
        await trio.testing.wait_all_tasks_blocked()
        outbox.put("a")
        outbox.put("b")
        await trio.testing.wait_all_tasks_blocked()
        assert left == ["a", "b"]
        outbox.put("c")
    assert left == ["a", "b", "c"]


async def test_what_is_sent_no_longer_counts_and_what_exceeds_the_limit_drops() -> None:
    drops: list[None] = []
    outbox = Outbox(10, lambda: drops.append(None))
    for _ in range(5):
        outbox.put("x" * 10)
        assert await outbox.first() == "x" * 10
        outbox.sent()
    assert drops == []
    outbox.put("x" * 9)
    outbox.put("yy")
    assert len(drops) == 1
