"""The GitHub workflows on the README: valid, safe to copy, and every command in them is one that cablecheck understands."""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import pytest
from ruamel.yaml import YAML

from cablecheck.cli import cablecheck, main
from cablecheck.client.profiles import profile_named
from cablecheck.report.certificate import required_cells
from cablecheck.report.kinds import kinds_named
from cablecheck.scenario.model import Deploy, Restart
from cablecheck.scenario.reading import read_path
from cablecheck.scenario.shelf import find_all, shipped
from tests.readme import README
from tests.unmeasured import unmeasured

pytestmark = pytest.mark.takes(seconds=4)

BLOCK = re.compile(r"^```yaml\n# \.github/workflows/([a-z]+)\.yml\n(.*?)^```$", re.MULTILINE | re.DOTALL)
WORKFLOWS: dict[str, Any] = {
    name: YAML(typ="safe", pure=True).load(text)
    for name, text in BLOCK.findall(README.read_text(encoding="utf-8"))
}


def steps(workflow: str) -> list[dict[str, Any]]:
    [job] = WORKFLOWS[workflow]["jobs"].values()
    return list(job["steps"])


def commands(workflow: str) -> Iterator[list[str]]:
    """The arguments of every cablecheck in the steps, with each variable of the runner's as a number."""
    for step in steps(workflow):
        script = re.sub(r"\$[A-Z_]+", "7", step.get("run", "").replace("\\\n", " "))
        for line in script.splitlines():
            words = shlex.split(line)
            if words[:1] == ["cablecheck"]:
                yield words[1:]


COMMANDS = [(workflow, arguments) for workflow in WORKFLOWS for arguments in commands(workflow)]


def parsed(arguments: list[str]) -> dict[str, Any]:
    """The values of the options, as click reads them; it refuses an option that there is not, and a value of another type."""
    name, *rest = arguments
    with click.Context(cablecheck, info_name="cablecheck") as context:
        command = cablecheck.get_command(context, name)
        assert command is not None, f"cablecheck has no command '{name}'"
        return dict(command.make_context(name, rest, parent=context).params)


def test_there_is_a_workflow_for_a_deploy_and_one_for_the_night() -> None:
    assert list(WORKFLOWS) == ["staging", "nightly"]
    assert WORKFLOWS["staging"]["on"] == {"push": {"branches": ["main"]}}
    [night] = WORKFLOWS["nightly"]["on"]["schedule"]
    assert re.fullmatch(r"[0-5]?\d [01]?\d \* \* \*", night["cron"])


@pytest.mark.parametrize("workflow", WORKFLOWS)
def test_a_workflow_may_read_the_repository_and_no_more(workflow: str) -> None:
    told = WORKFLOWS[workflow]
    assert told["permissions"] == {"contents": "read"}
    [job] = told["jobs"].values()
    assert "permissions" not in job
    assert job["runs-on"] == "ubuntu-latest"
    assert 0 < job["timeout-minutes"] <= 360
    assert told["concurrency"] == "staging"  # one at a time: they share a target


@pytest.mark.parametrize("workflow", WORKFLOWS)
def test_every_step_is_an_action_of_github_by_its_version_or_a_script(workflow: str) -> None:
    for step in steps(workflow):
        assert ("uses" in step) != ("run" in step)
        assert re.fullmatch(r"actions/[a-z-]+@v\d+", step.get("uses", "actions/x@v1"))
        # A value of GitHub's goes through the environment: in a script it would be run by the shell.
        assert "${{" not in step.get("run", "")


@pytest.mark.parametrize("workflow", WORKFLOWS)
def test_the_reports_are_kept_whatever_came_of_it(workflow: str) -> None:
    *others, last = steps(workflow)
    assert last["uses"].startswith("actions/upload-artifact@")
    assert last["if"] == "always()"
    kept = Path(last["with"]["path"])
    written = [parsed(arguments).get("report_dir") for name, arguments in COMMANDS if name == workflow]
    assert all(folder.is_relative_to(kept) for folder in written if folder is not None)
    assert any(written)
    assert all("continue-on-error" not in step for step in others)


@pytest.mark.parametrize(
    ("workflow", "arguments"), COMMANDS, ids=[f"{name}: {shlex.join(words)}" for name, words in COMMANDS]
)
def test_every_command_is_understood(workflow: str, arguments: list[str]) -> None:
    values = parsed(arguments)
    profile_named(values.get("profile", "hellotext"))
    kinds_named(values.get("report", ()))
    required_cells(values.get("required", values.get("require", ())))
    if arguments[0] == "run":
        assert values["words"] == (("deploy",) if values["during"] else ())
        assert values["yes"], "nobody is there to be asked"
        find_all(values["words"])


def test_the_test_would_see_an_option_that_is_not_there() -> None:
    with pytest.raises(click.UsageError):
        parsed(["run", "--taget", "staging"])
    with pytest.raises(click.UsageError):
        parsed(["sweep", "--random", "many"])


@unmeasured()
def test_what_the_nightly_certificate_requires_the_stories_for_any_target_put_at_stake(
    tmp_path: Path,
) -> None:
    [certificate] = [arguments for _, arguments in COMMANDS if arguments[0] == "certificate"]
    required = [word for word in certificate[1:] if not word.endswith("/*/")]
    stories = [str(path) for path in shipped() if _is_for_any_target(path)]
    assert main(["run", *stories, "--simulate", "--profile", "hardened", "--report-dir", str(tmp_path)]) == 0
    assert main(["certificate", *map(str, tmp_path.iterdir()), *required]) == 0


def _is_for_any_target(path: Path) -> bool:
    scenario = read_path(path)
    verbs = {type(placed.step) for placed in scenario.steps}
    return not scenario.defects and scenario.world == "both" and not verbs & {Restart, Deploy}
