"""What `cablecheck run deploy --during COMMAND` plays, from its options."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Protocol, TypeVar

from cablecheck.errors import BadInputError
from cablecheck.scenario.model import Deploy, Duration, Scenario
from cablecheck.scenario.rollout import NAME, Rollout
from cablecheck.scenario.units import per_second, seconds

T = TypeVar("T")


class DeployWish(Protocol):
    """The options that only a deploy has, as they were given."""

    @property
    def words(self) -> tuple[str, ...]: ...
    @property
    def during(self) -> str | None: ...
    @property
    def within(self) -> str | None: ...
    @property
    def clients(self) -> int | None: ...
    @property
    def conversations(self) -> int | None: ...
    @property
    def rate(self) -> str | None: ...


def deploy_story(wish: DeployWish) -> Scenario | None:
    """The story that was asked for; None where no command was given. Raises BadInputError with every finding."""
    given = {key: getattr(wish, key) for key in ("within", "clients", "conversations", "rate")}
    given = {key: value for key, value in given.items() if value is not None}
    if wish.during is None:
        findings = [f"--{key}: it says more of a deploy; give --during COMMAND too" for key in given]
        if findings:
            raise BadInputError(*findings)
        return None
    findings = []
    if wish.words != (NAME,):
        findings.append(
            "--during: it tells the story of a deploy and no other; write `cablecheck run deploy --during ...`"
        )
    if not wish.during.strip() or "\0" in wish.during:
        findings.append("--during: no command; give one as you would type it, such as './deploy.sh'")
    ways = {"within": lambda text: Duration(seconds(text)), "rate": _rate}
    values = {key: _read(key, value, ways.get(key), findings) for key, value in given.items()}
    if findings:
        raise BadInputError(*findings)
    return Rollout(command=wish.during, **values).scenario()


def _rate(text: str) -> str:
    per_second(text)
    return text


def _read(key: str, value: Any, way: Callable[[str], Any] | None, findings: list[str]) -> Any:  # noqa: ANN401 - an option's
    try:
        return value if way is None else way(value)
    except ValueError as error:
        findings.append(f"--{key}: {error}; mend it")
        return None


def words_of(wish: DeployWish) -> list[str]:
    """The options again, as one types them."""
    keys = ("during", "within", "clients", "conversations", "rate")
    given = [(key, getattr(wish, key)) for key in keys]
    return [word for key, value in given if value is not None for word in (f"--{key}", str(value))]


def runs_a_command(scenario: Scenario) -> bool:
    """Whether it runs a command of whoever wrote it."""
    return any(isinstance(placed.step, Deploy) for placed in scenario.steps)


def is_named(word: str, words: Sequence[str]) -> bool:
    """Whether a story was asked for itself, and is not only one of a folder."""
    return word in {*words, *(str(Path(each)) for each in words)}
