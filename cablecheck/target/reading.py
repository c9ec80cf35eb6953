"""A target file, read: one target of it, its secrets filled in, or everything that is wrong with it at once."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import tomli_w

from cablecheck.errors import BadInputError, meant
from cablecheck.scenario.findings import Finding, Place, refusal
from cablecheck.scenario.known import Known
from cablecheck.scenario.shape import plain, read_value
from cablecheck.scenario.tree import Table
from cablecheck.target.document import place_in, plant
from cablecheck.target.filling import Filling, shown_to_all, told_as_secrets
from cablecheck.target.model import Target
from cablecheck.target.secrets import Secrets
from cablecheck.target.sense import sense
from cablecheck.target.webchat import completed

FILE = "cablecheck.toml"
MOST_BYTES = 256 * 1024

NAME_PATTERN = r"[a-z0-9][a-z0-9-]{0,39}"


@dataclass(frozen=True)
class Described:
    """A target by its name: as it was written (`written`), and with every table said (`target`)."""

    name: str
    written: Target
    target: Target
    secrets: Secrets
    source: str = ""
    text: str = ""


def read_target(path: Path, name: str, environment: Mapping[str, str]) -> Described:
    """Read one target of a file. Raises BadInputError with every finding at once."""
    return read_text(_text_of(path), str(path), name, environment)


def read_text(text: str, source: str, name: str, environment: Mapping[str, str]) -> Described:
    """Read one target of a text; `source` is what errors call it. Raises BadInputError with every finding at once.

    No finding shows a secret.
    """
    tree, findings = plant(text)
    if tree is None:
        raise refusal(findings, source)
    chosen = _chosen(tree, source, name, findings)
    secrets = Secrets()
    filling = Filling(environment, secrets)
    filled = filling.node(chosen)
    findings += filling.findings
    for secret in told_as_secrets(filled):
        secrets.learn(secret)
    target = read_value(filled, Target, f"target '{name}'", findings)
    if target is not None:
        said = [(path, fact, remedy) for path, fact, remedy in sense(target) if not filling.lacks(fact)]
        findings += [Finding(place_in(chosen, path), fact, remedy) for path, fact, remedy in said]
    findings += [
        Finding(place_in(chosen, path), fact, remedy) for path, fact, remedy in shown_to_all(chosen, secrets)
    ]
    if findings or target is None:
        raise refusal([_unsaid(finding, secrets) for finding in findings], source)
    return Described(name, target, completed(target), secrets, source, text)


def _unsaid(finding: Finding, secrets: Secrets) -> Finding:
    """Without secrets, and as TOML: other remedies of this kind are meant for YAML's `key: value`."""
    remedy = re.sub(r"^add (\w+): ", r"add \1 = ", finding.remedy)
    return Finding(finding.place, secrets.masked(finding.fact), secrets.masked(remedy))


def is_name(text: str) -> bool:
    """Whether a target may be called so."""
    return re.fullmatch(NAME_PATTERN, text) is not None


def target_names(path: Path) -> list[str]:
    """The names of the targets that a file has. Raises BadInputError."""
    tree, findings = plant(_text_of(path))
    if tree is None:
        raise refusal(findings, str(path))
    targets = tree.entries.get("target")
    return list(targets.entries) if isinstance(targets, Table) else []


def _text_of(path: Path) -> str:
    try:
        with path.open("rb") as file:
            data = file.read(MOST_BYTES + 1)
    except OSError as error:
        remedy = (
            f"write one with `cablecheck init`, or name another with --targets; {FILE} is looked for here"
        )
        raise BadInputError(f"{path}: can't be read ({error.strerror}); {remedy}") from error
    if len(data) > MOST_BYTES:
        raise BadInputError(f"{path}: more than {MOST_BYTES // 1024} KiB; a target file is a few tables")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = data[: error.start].decode("utf-8-sig")
        place = Place(before.count("\n") + 1, len(before) - before.rfind("\n"))
        finding = Finding(place, f"byte 0x{data[error.start]:02x} is no UTF-8", "save the file as UTF-8")
        raise refusal([finding], str(path)) from None


def _chosen(tree: Table, source: str, name: str, findings: list[Finding]) -> Table:
    for key in tree.entries:
        if key != "target":
            remedy = meant(key, ["target"]) or f"begin with [target.{name}]"
            findings.append(Finding(tree.places[key], f"unknown key '{key}'", remedy))
    targets = tree.entries.get("target")
    if not isinstance(targets, Table) or not targets.entries:
        findings.append(Finding(tree.place, "there is no target in it", f"begin with [target.{name}]"))
        raise refusal(findings, source)
    for each in targets.entries:
        if not is_name(each):
            remedy = "use lower case, digits and dashes, such as staging"
            findings.append(Finding(targets.places[each], f"'{each}' is no name of a target", remedy))
    chosen = targets.entries.get(name)
    if chosen is None:
        remedy = meant(name, targets.entries) or f"use one of {', '.join(targets.entries)}"
        findings.append(Finding(targets.place, f"there is no target '{name}' in it", remedy))
    elif not isinstance(chosen, Table):
        findings.append(Finding(chosen.place, f"target '{name}' is no table", f"write [target.{name}]"))
    if not isinstance(chosen, Table):
        raise refusal(findings, source)
    return chosen


def known_in(text: str, source: str, name: str) -> dict[str, dict[str, Known]]:
    """The losses that a kept target file accepts, by scenario and profile. Raises BadInputError."""
    tree, findings = plant(text)
    if tree is None:
        raise refusal(findings, source)
    known = _chosen(tree, source, name, findings).entries.get("known", Table(Place(), {}, {}))
    read = read_value(known, dict[str, dict[str, Known]], "known", findings)
    if findings:
        raise refusal(findings, source)
    return dict(read)


def as_kept(described: Described) -> str:
    """The target as a run keeps it: its own part of the file in which no secret is left."""
    tree, _ = plant(described.text)
    assert tree is not None, "it was read before"
    targets = tree.entries["target"]
    assert isinstance(targets, Table), "it was read before"
    return described.secrets.masked(
        tomli_w.dumps({"target": {described.name: plain(targets.entries[described.name])}})
    )
