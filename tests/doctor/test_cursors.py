"""Ids that no message has, made like those that one has."""

import pytest

from cablecheck.doctor.cursors import never_given


@pytest.mark.parametrize(
    ("given", "made"),
    [
        ("7", "1000007"),
        ("0193a7c2-9f6e-7b3d-8a1c-00000000ffff", "0193a7c2-9f6e-7b3d-8a1c-00009999aaaa"),
        ("gid://chat/Message/7", "gid://chat/Message/1000007"),
        ("01HZX5QAB3", "01HZX4QFE6"),
        ("msg_xyzw", "msg_xyzw0"),
        ("?", "?0"),
    ],
)
def test_an_id_that_was_never_given_is_of_the_same_make(given: str, made: str) -> None:
    assert never_given(given) == made
    assert never_given(given) != given
