"""A target file, read: one target of it, its secrets filled in, or everything that is wrong with it at once."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

import tomli_w

from cablecheck.errors import BadInputError, meant
from cablecheck.scenario.findings import Finding, Place, refusal
from cablecheck.scenario.shape import plain, read_value
from cablecheck.scenario.tree import Leaf, Node, Row, Table
from cablecheck.target.document import plant
from cablecheck.target.model import Target
from cablecheck.target.secrets import LEAST_CHARACTERS, REFERENCE, Secrets, is_telling
from cablecheck.target.sense import sense
from cablecheck.target.templates import names_in
from cablecheck.target.webchat import completed
from cablecheck.target.wording import Said

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
    """Read one target of a text; `source` is what errors call it. Raises BadInputError with every finding at once.

    No finding shows a secret.
    """
    tree, findings = plant(text)
    if tree is None:
        raise refusal(findings, source)
    chosen, place = _chosen(tree, source, name, findings)
    secrets = Secrets()
    filling = _Filling(environment, secrets)
    filled = filling.node(chosen)
    findings += filling.findings
    for secret in _told_as_secrets(filled):
        secrets.learn(secret)
    target = read_value(filled, Target, f"target '{name}'", findings)
    if target is not None:
        said = [(path, fact, remedy) for path, fact, remedy in sense(target) if not filling.lacks(fact)]
        findings += [Finding(place(*path), fact, remedy) for path, fact, remedy in said]
    findings += [Finding(place(*path), fact, remedy) for path, fact, remedy in _shown_to_all(chosen, secrets)]
    if findings or target is None:
        raise refusal([_unsaid(finding, secrets) for finding in findings], source)
    return Described(name, target, completed(target), secrets, source, text)


def _unsaid(finding: Finding, secrets: Secrets) -> Finding:
    """Without secrets, and as TOML: other remedies of this kind are meant for YAML's `key: value`."""
    remedy = re.sub(r"^add (\w+): ", r"add \1 = ", finding.remedy)
    return Finding(finding.place, secrets.masked(finding.fact), secrets.masked(remedy))


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


def _chosen(tree: Table, source: str, name: str, findings: list[Finding]) -> tuple[Table, _Places]:
    for key in tree.entries:
        if key != "target":
            remedy = meant(key, ["target"]) or f"begin with [target.{name}]"
            findings.append(Finding(tree.places[key], f"unknown key '{key}'", remedy))
    targets = tree.entries.get("target")
    if not isinstance(targets, Table) or not targets.entries:
        findings.append(Finding(tree.place, "there is no target in it", f"begin with [target.{name}]"))
        raise refusal(findings, source)
    for each in targets.entries:
        if _NAME.fullmatch(each) is None:
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


class _Filling:
    """Puts the environment's values where `${NAME}` stands; `$${` is a `${` of the text's own."""

    def __init__(self, environment: Mapping[str, str], secrets: Secrets) -> None:
        self.findings: list[Finding] = []
        self._environment = environment
        self._secrets = secrets
        self._lacking: set[str] = set()

    def node(self, node: Node) -> Node:
        """The same tree, filled in."""
        match node:
            case Table(place=place, entries=entries, places=places):
                return Table(place, {key: self.node(each) for key, each in entries.items()}, places)
            case Row(place=place, items=items):
                return Row(place, tuple(map(self.node, items)))
            case Leaf(place=place, value=str(text)):
                return Leaf(place, REFERENCE.sub(lambda found: self._value(found, place), text))
            case _:
                return node

    def lacks(self, fact: str) -> bool:
        """Whether a fact is about a text that could not be filled in, which has been said already."""
        return any(reference in fact for reference in self._lacking)

    def _value(self, found: re.Match[str], place: Place) -> str:
        if found[1]:
            return found[0][1:]
        name = found[2]
        secret = self._environment.get(name, "")
        if not secret:
            self._lacking.add(found[0])
            fact = f"the environment variable {name} is {'empty' if name in self._environment else 'not set'}"
            self.findings.append(Finding(place, fact, f"export {name}=..., or write the value itself"))
            return found[0]
        if len(secret) < LEAST_CHARACTERS:
            fact = f"{name} has fewer than {LEAST_CHARACTERS} characters, so it can't be masked in what is written"
            self.findings.append(
                Finding(place, fact, "use a longer secret; write what is none into the file itself")
            )
        self._secrets.learn(secret)
        for part in _parts_of_url(secret):
            self._secrets.learn(part)
        return secret


def _told_as_secrets(node: Node, *, telling: bool = False) -> Iterator[str]:
    """The values of keys whose names tell that they are secrets, wherever they came from. A template is none.

    What is captured is only a place, and what names a command or a path is none either.
    """
    match node:
        case Table(entries=entries):
            for name, each in entries.items():
                if name not in _NO_SECRETS:
                    yield from _told_as_secrets(each, telling=telling or is_telling(name))
        case Row(items=items):
            for each in items:
                yield from _told_as_secrets(each, telling=telling)
        case Leaf(value=str(text)):
            if telling and not any(names_in(text)):
                yield text
                yield text.rpartition(" ")[2]
            yield from _parts_of_url(text, telling_only=True)
        case _:
            pass


_NO_SECRETS = ("capture", "select", "known", "order")


def _parts_of_url(text: str, *, telling_only: bool = False) -> Iterator[str]:
    """The password in a URL, and what its query says: of all parameters, or of those whose names tell."""
    try:
        parts = urlsplit(text)
        password = parts.password if parts.scheme else None
    except ValueError:
        return
    if not parts.scheme or not parts.netloc:
        return
    if password:
        yield password
        yield unquote(password)
    for name, value in parse_qsl(parts.query):
        if (is_telling(name) or not telling_only) and not any(names_in(value)):
            yield value


def _shown_to_all(chosen: Table, secrets: Secrets) -> Iterator[Said]:
    """A command's words can be read by everybody on the machine (`ps`), so no secret may stand in them."""
    for where in ("publish", "send", "deploy", "restart"):
        table = chosen.entries.get(where)
        command = table.entries.get("command") if isinstance(table, Table) else None
        words = command.items if isinstance(command, Row) else (command,)
        for word in words:
            if not isinstance(word, Leaf) or not isinstance(word.value, str):
                continue
            telling = [f"{{{name}}}" for name in names_in(word.value) if is_telling(name)]
            telling += [found[0] for found in REFERENCE.finditer(word.value) if not found[1]]
            if telling or word.value in secrets:
                fact = f"{where}.command shows {', '.join(telling) or 'a secret'} to everybody who lists processes"
                remedy = "leave it out: the command finds the environment's variables, and each {name} as CABLECHECK_NAME, in its own"
                yield (where, "command"), fact, remedy


def as_kept(described: Described) -> str:
    """The target as a run keeps it: its own part of the file in which no secret is left."""
    tree, _ = plant(described.text)
    assert tree is not None, "it was read before"
    targets = tree.entries["target"]
    assert isinstance(targets, Table), "it was read before"
    return described.secrets.masked(
        tomli_w.dumps({"target": {described.name: plain(targets.entries[described.name])}})
    )
