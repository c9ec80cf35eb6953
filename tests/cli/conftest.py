"""Two real runs, shared by the tests of `run` and `judge`."""

import pytest

from tests.cli.runs import Played, play


@pytest.fixture(scope="package")
def played(tmp_path_factory: pytest.TempPathFactory) -> Played:
    """quiet, which is verified, and gap under the profile that loses what is published into it."""
    return play(tmp_path_factory.mktemp("played"), {"quiet": "hellotext", "gap": "before-catch-up"})
