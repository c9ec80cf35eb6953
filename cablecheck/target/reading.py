"""A target file, read: one target of it, its secrets filled in, or everything that is wrong with it at once."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import tomli_w

from cablecheck.errors import BadInputError, meant
from cablecheck.scenario.findings import Finding, Place, refusal
from cablecheck.scenario.shape import plain, read_value
from cablecheck.scenario.tree import Leaf, Node, Row, Table
from cablecheck.target.document import plant
from cablecheck.target.model import Target
from cablecheck.target.secrets import LEAST_CHARACTERS, REFERENCE, Secrets, is_telling
from cablecheck.target.sense import sense
from cablecheck.target.webchat import completed

FILE = "cablecheck.toml"
MOST_BYTES = 256 * 1024

_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")


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
    """Read one target of a text; `source` is what errors call it. Raises BadInputError with every finding at once."""
    tree, findings = plant(text)
    if tree is None:
        raise refusal(findings, source)
    chosen, place = _chosen(tree, source, name)
    secrets = Secrets()
    filled = _filled(chosen, environment, secrets, findings)
    target = read_value(filled, Target, f"target '{name}'", findings)
    findings = [replace(finding, remedy=_as_toml(finding.remedy)) for finding in findings]
    if target is not None:
        findings += [Finding(place(*path), fact, remedy) for path, fact, remedy in sense(target)]
    if findings:
        raise refusal(findings, source)
    for secret in _told_as_secrets(filled):
        secrets.learn(secret)
    return Described(name, target, completed(target), secrets, source, text)


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
        raise BadInputError(f"{path}: byte {error.start} is no UTF-8; save the file as UTF-8") from None


def _chosen(tree: Table, source: str, name: str) -> tuple[Table, _Places]:
    findings = [
        Finding(
            tree.places[key], f"unknown key '{key}'", meant(key, ["target"]) or f"begin with [target.{name}]"
        )
        for key in tree.entries
        if key != "target"
    ]
    targets = tree.entries.get("target")
    if not isinstance(targets, Table) or not targets.entries:
        findings.append(Finding(tree.place, "there is no target in it", f"begin with [target.{name}]"))
        raise refusal(findings, source)
    findings += [
        Finding(
            targets.places[each],
            f"'{each}' is no name of a target",
            "use lower case, digits and dashes, such as staging",
        )
        for each in targets.entries
        if _NAME.fullmatch(each) is None
    ]
    chosen = targets.entries.get(name)
    if chosen is None:
        remedy = meant(name, targets.entries) or f"use one of {', '.join(targets.entries)}"
        findings.append(Finding(targets.place, f"there is no target '{name}' in it", remedy))
    elif not isinstance(chosen, Table):
        findings.append(Finding(chosen.place, f"target '{name}' is no table", f"write [target.{name}]"))
    if findings or not isinstance(chosen, Table):
        raise refusal(findings, source)
    return chosen, _Places(chosen)


class _Places:
    """Where in the file a key is, by the names that lead to it; of what is not there, where it would have to be."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def __call__(self, *path: str) -> Place:
        node: Node = self._table
        place = node.place
        for part in path:
            if isinstance(node, Table) and part in node.entries:
                place = node.places[part]
                node = node.entries[part]
            elif isinstance(node, Row) and part.isdecimal() and int(part) < len(node.items):
                node = node.items[int(part)]
                place = node.place
            else:
                break
        return place


def _filled(node: Node, environment: Mapping[str, str], secrets: Secrets, findings: list[Finding]) -> Node:
    """The tree with `${NAME}` replaced by the environment's; `$${` is a `${` of the text's own."""
    match node:
        case Table(place=place, entries=entries, places=places):
            filled = {key: _filled(each, environment, secrets, findings) for key, each in entries.items()}
            return Table(place, filled, places)
        case Row(place=place, items=items):
            return Row(place, tuple(_filled(each, environment, secrets, findings) for each in items))
        case Leaf(place=place, value=str(text)):
            return Leaf(place, _with_secrets(text, place, environment, secrets, findings))
        case _:
            return node


def _with_secrets(
    text: str, place: Place, environment: Mapping[str, str], secrets: Secrets, findings: list[Finding]
) -> str:
    def value(found: re.Match[str]) -> str:
        if found[1]:
            return found[0][1:]
        secret = environment.get(found[2], "")
        if not secret:
            fact = (
                f"the environment variable {found[2]} is {'empty' if found[2] in environment else 'not set'}"
            )
            findings.append(Finding(place, fact, f"export {found[2]}=..., or write the value itself"))
        elif len(secret) < LEAST_CHARACTERS:
            fact = f"{found[2]} has fewer than {LEAST_CHARACTERS} characters, so it can't be masked in what is written"
            findings.append(
                Finding(place, fact, "use a longer secret; write what is none into the file itself")
            )
        secrets.learn(secret)
        return secret or found[0]

    return REFERENCE.sub(value, text)


def _told_as_secrets(node: Node, key: str = "") -> Iterator[str]:
    """The values of keys whose names tell that they are secrets, wherever they came from. A template is none."""
    match node:
        case Table(entries=entries):
            for name, each in entries.items():
                yield from _told_as_secrets(each, name)
        case Row(items=items):
            for each in items:
                yield from _told_as_secrets(each, key)
        case Leaf(value=str(text)) if is_telling(key) and "{" not in text and ":" not in text:
            yield text
            yield text.rpartition(" ")[2]
        case _:
            pass


def _as_toml(remedy: str) -> str:
    """A remedy that was meant for YAML's `key: value`."""
    return re.sub(r"^add (\w+): ", r"add \1 = ", remedy)


def as_kept(described: Described) -> str:
    """The target as a run keeps it: its own part of the file in which no secret is left."""
    tree, _ = plant(described.text)
    assert tree is not None, "it was read before"
    targets = tree.entries["target"]
    assert isinstance(targets, Table), "it was read before"
    return described.secrets.masked(
        tomli_w.dumps({"target": {described.name: plain(targets.entries[described.name])}})
    )
