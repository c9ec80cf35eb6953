"""Where something is not installed, one line says what to install."""

from __future__ import annotations

import pytest

from tests.targets import packages


def test_one_line_names_what_lacks_and_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packages, "_GEMS", ("actioncable", "no-such-gem"))
    monkeypatch.setattr(packages, "_PROGRAMS", ("ruby", "no-such-server"))
    said = packages.rails_lacks.__wrapped__()
    assert said == (
        "no Rails target without no-such-server, gem no-such-gem: apt-get install --no-install-recommends "
        "ruby-actioncable ruby-activerecord ruby-railties puma ruby-redis ruby-sqlite3 ruby-pg redis-server postgresql"
    )


def test_one_line_names_the_extra_for_django(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packages, "_MODULES", ("trio", "no_such_module"))
    said = packages.django_lacks.__wrapped__()
    assert said == "no Django target without no_such_module: pip install '.[targets]'"
