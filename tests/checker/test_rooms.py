from __future__ import annotations

import pytest

from cablecheck.checker.judging import judge
from tests.checker.roomy import ROOMS, rooms
from tests.checker.tables import Row, roomy


@pytest.mark.parametrize("row", [*roomy()], ids=lambda row: row.claim)
def test_each_client_is_held_against_the_truth_of_its_own_conversation(row: Row) -> None:
    assert row.got == row.want


def test_a_message_of_another_conversation_is_called_so() -> None:
    told, truths, _, _ = ROOMS["one shows the other's"]
    [finding] = judge(*rooms(*told, truths=truths)).findings
    assert (finding.client, finding.reached) == ("c1", "shown by way of socket; it is another conversation's")


def test_a_message_came_to_the_clients_of_its_conversation_and_to_no_other() -> None:
    told, truths, _, _ = ROOMS["each shows its own"]
    rows = judge(*rooms(*told, truths=truths)).provenance
    assert [(row.label, row.client, row.way) for row in rows] == [
        ("m1", "c1", "socket"),
        ("m1@2", "c2", "socket"),
    ]
