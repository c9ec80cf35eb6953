"""The reference pages: each topic's lines, made from the registries that the program itself uses. Import it late."""

from __future__ import annotations

import inspect
import json
import textwrap
from collections.abc import Callable, Iterator
from typing import Any, get_args, get_origin

import msgspec

from cablecheck.chat.defects.registry import DEFECTS
from cablecheck.checker.evidence import FAULT_VERBS
from cablecheck.checker.phases import PHASES
from cablecheck.checker.signs import SIGNS
from cablecheck.client.hardened.proofs import PROOFS, UNWINNABLE
from cablecheck.client.profiles import PROFILES, STORIES
from cablecheck.client.rules import Rule
from cablecheck.hunt.catalogue import CATALOGUE, rows_of
from cablecheck.scenario.model import VERBS
from cablecheck.scenario.shape import Key, keys_of, needed
from cablecheck.target.model import Target

_WIDTH = 110


def page(topic: str) -> Iterator[str]:
    """The lines of a topic's page."""
    return _PAGES[topic]()


def _faults() -> Iterator[str]:
    for verb, kind in VERBS.items():
        if verb in FAULT_VERBS:
            yield f"{verb}{_rows(rows_of(verb))}"
            yield from _told((kind.__doc__ or "").split("\n\n")[0])
            yield from _told(f"Not believed if {SIGNS[verb].words}.")


def _defects() -> Iterator[str]:
    for defect, flaw in DEFECTS.items():
        yield f"{defect}{_rows(flaw.rows)}"
        yield from _told(flaw.mechanism)


def _catalogue() -> Iterator[str]:
    width = max(len(row.what) for row in CATALOGUE)
    for row in CATALOGUE:
        if row.means:
            yield f"{row.id}  {row.what:{width}}  {', '.join(row.means)} in {row.scenario}"
    yield ""
    yield "Not to be provoked from outside:"
    yield from (f"{row.id}  {row.what}: {row.reason}" for row in CATALOGUE if not row.means)


def _profiles() -> Iterator[str]:
    for profile in PROFILES.values():
        yield profile.name
        yield from _told(profile.story)
        yield from _told(f"Its rules: {', '.join(rule for rule in Rule if rule in profile.rules)}.")


def _rules() -> Iterator[str]:
    for rule in Rule:
        owners = [name for name, profile in PROFILES.items() if rule in profile.rules]
        yield f"{rule} ({', '.join(owners)})"
        yield from _told(STORIES[rule])
        if rule in PROOFS:
            yield from _told(f"Without it hardened does not survive {PROOFS[rule]}.")
    yield ""
    yield "Where no client can win, whatever its rules:"
    for scenario, why in UNWINNABLE.items():
        yield f"{scenario}"
        yield from _told(why)


def _phases() -> Iterator[str]:
    width = max(map(len, PHASES))
    yield from (f"{phase:{width}}  {story}" for phase, story in PHASES.items())


def _checks() -> Iterator[str]:
    from cablecheck.doctor.examination import CHECKS  # it pulls in the live world, which no other page needs

    for check in CHECKS:
        needs = f" (needs {', '.join(check.needs)})" if check.needs else ""
        yield f"{check.name}{needs}"
        yield from _told(inspect.getdoc(check.look) or "")


def _targets() -> Iterator[str]:
    """Every table once, with its keys and what each must be."""
    tables: list[tuple[str, type[msgspec.Struct]]] = [("[target.NAME]", Target)]
    for head, table in tables:
        yield head
        yield from _told((inspect.getdoc(table) or "").replace("`", ""))
        for name, key in keys_of(table).items():
            inner = _table_in(key.type)
            if inner is None:
                said = f"{needed(key.schema)}{'' if key.required else _default(key)}"
                yield f"    {name:18}  {said}"
            else:
                each = "[[target.NAME.{}]]" if get_origin(key.type) is tuple else "[target.NAME.{}]"
                tables.append((each.format(name), inner))


def _table_in(kind: Any) -> type[msgspec.Struct] | None:  # noqa: ANN401 - a type
    if get_origin(kind) is tuple:
        return _table_in(get_args(kind)[0])
    return kind if isinstance(kind, type) and issubclass(kind, msgspec.Struct) else None


def _default(key: Key) -> str:
    default = key.schema.get("default")
    return f"; {json.dumps(default)} if left out" if default not in (None, {}, []) else ""


def _rows(rows: tuple[str, ...]) -> str:
    return f" ({', '.join(rows)})" if rows else ""


def _told(text: str) -> Iterator[str]:
    yield from textwrap.wrap(
        " ".join(text.split()),
        _WIDTH,
        initial_indent="    ",
        subsequent_indent="    ",
        break_on_hyphens=False,
    )


_PAGES: dict[str, Callable[[], Iterator[str]]] = {
    "faults": _faults,
    "defects": _defects,
    "catalogue": _catalogue,
    "profiles": _profiles,
    "rules": _rules,
    "phases": _phases,
    "checks": _checks,
    "targets": _targets,
}
