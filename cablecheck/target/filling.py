"""The environment's values in a target file's texts, and which of all its texts are secrets."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from urllib.parse import parse_qsl, unquote, urlsplit

from cablecheck.scenario.findings import Finding, Place
from cablecheck.scenario.tree import Leaf, Node, Row, Table
from cablecheck.target.secrets import LEAST_CHARACTERS, REFERENCE, Secrets, is_telling
from cablecheck.target.templates import names_in
from cablecheck.target.wording import Said


class Filling:
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


def told_as_secrets(node: Node, *, telling: bool = False) -> Iterator[str]:
    """The values of keys whose names tell that they are secrets, wherever they came from. A template is none.

    What is captured is only a place, and what names a command or a path is none either.
    """
    match node:
        case Table(entries=entries):
            for name, each in entries.items():
                if name not in _NO_SECRETS:
                    yield from told_as_secrets(each, telling=telling or is_telling(name))
        case Row(items=items):
            for each in items:
                yield from told_as_secrets(each, telling=telling)
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


def shown_to_all(chosen: Table, secrets: Secrets) -> Iterator[Said]:
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
