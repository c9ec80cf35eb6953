"""Targets of the user's own whose list is not to be trusted: whatever they do, the run is never verified."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import trio

from cablecheck.checker.verdict import Judgement, Outcome
from cablecheck.client.profiles import HELLOTEXT
from cablecheck.live.session import play_all
from tests.live.liar import Lie, lying
from tests.runs import told

pytestmark = pytest.mark.takes(seconds=5)

STORY = told("steps:\n  - publish: {count: 4}\n  - await: {shown: m4}\n")


def judged_against(lie: Lie, folder: Path) -> Judgement:
    async def play() -> Judgement:
        (folder / "server").mkdir()
        async with lying(folder / "server", lie) as target:
            judgements = await play_all(
                [STORY],
                profile=HELLOTEXT,
                jobs=1,
                report_dir=folder,
                target=target,
                stop_at_first=False,
                strict=False,
                progress=lambda _: None,
            )
        return judgements[0]

    return trio.run(play)


def changed(keep: Callable[[dict[str, Any]], bool]) -> Lie:
    return lambda page: page | {"messages": [item for item in page["messages"] if keep(item)]}


def test_an_honest_list_is_verified(tmp_path: Path) -> None:
    assert judged_against(lambda page: page, tmp_path).verdict.outcome is Outcome.VERIFIED


def test_a_list_that_leaves_out_an_acknowledged_message_is_violated(tmp_path: Path) -> None:
    verdict = judged_against(changed(lambda item: not item["body"].startswith("m2 ")), tmp_path).verdict
    assert verdict.outcome is Outcome.VIOLATED
    assert verdict.labels("unstored") == ("m2",)


def test_a_list_that_stops_at_a_page_cap_is_violated(tmp_path: Path) -> None:
    verdict = judged_against(lambda page: {"messages": page["messages"][:2], "next": None}, tmp_path).verdict
    assert verdict.outcome is Outcome.VIOLATED
    assert verdict.labels("unstored") == ("m3", "m4")


def test_a_list_that_lags_proves_nothing(tmp_path: Path) -> None:
    looks: list[int] = []

    def lag(page: dict[str, Any]) -> dict[str, Any]:
        if len(page["messages"]) > 4:  # the probes are in: this is the truth being read
            looks.append(1)
            if len(looks) < 3:
                return page | {"messages": page["messages"][:-3]}
        return page

    judgement = judged_against(lag, tmp_path)
    assert judgement.verdict.outcome is Outcome.INCONCLUSIVE
    assert "lags" in judgement.why


def test_a_stored_message_of_somebody_else_that_is_never_shown_leaves_a_doubt(tmp_path: Path) -> None:
    """Nobody can say when it was stored, so it is no loss for certain; but a run that lacks it is not verified."""

    def add(page: dict[str, Any]) -> dict[str, Any]:
        items = page["messages"]
        return (
            page | {"messages": [*items[:2], {"id": "999", "body": "by hand"}, *items[2:]]}
            if len(items) > 4
            else page
        )

    judgement = judged_against(add, tmp_path)
    assert judgement.verdict.outcome is Outcome.INCONCLUSIVE
    assert "999" in judgement.why


def test_a_list_that_can_not_be_read_to_its_end_proves_nothing(tmp_path: Path) -> None:
    def endless(page: dict[str, Any]) -> dict[str, Any]:
        return page | {"next": "1"} if len(page["messages"]) > 4 else page

    assert judged_against(endless, tmp_path).verdict.outcome is Outcome.INCONCLUSIVE


def test_another_order_in_the_list_is_a_disorder_in_the_client(tmp_path: Path) -> None:
    verdict = judged_against(lambda page: page | {"messages": page["messages"][::-1]}, tmp_path).verdict
    assert verdict.outcome is Outcome.VIOLATED
    assert verdict.labels("misordered")


def test_other_bodies_in_the_list_are_altered_messages(tmp_path: Path) -> None:
    def alter(page: dict[str, Any]) -> dict[str, Any]:
        return page | {"messages": [item | {"body": item["body"] + "!"} for item in page["messages"]]}

    verdict = judged_against(alter, tmp_path).verdict
    assert verdict.outcome is Outcome.VIOLATED
    assert verdict.labels("altered") == ("m1", "m2", "m3", "m4")
