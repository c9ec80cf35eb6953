"""Where the packages of a target are not installed its tests are skipped, and the one line that says so says what to install."""

import pytest

from tests.targets.packages import django_lacks, rails_lacks


@pytest.fixture(autouse=True)
def _installed(request: pytest.FixtureRequest) -> None:
    django = request.node.path.stem == "test_django"
    lacking = django_lacks() if django else rails_lacks()
    if lacking is not None:
        pytest.skip(lacking)
