"""A scenario file, read: either a whole Scenario, or everything that is wrong with it at once."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from cablecheck.errors import BadInputError
from cablecheck.scenario.document import DONE_BY_HAND, KNOWN_PROFILES, UNEXPECTABLE, Head
from cablecheck.scenario.findings import Finding, Place, choose, refusal, shown
from cablecheck.scenario.known import Expected, Known
from cablecheck.scenario.model import VERBS, Placed, Scenario, Step
from cablecheck.scenario.rooms import spread
from cablecheck.scenario.sense import NO_VERB, Draft, DraftStep, sense
from cablecheck.scenario.shape import keys_of, read_fields
from cablecheck.scenario.tree import Leaf, Node, Row, Table, plant

# A story of 6,000 one-line steps; the largest file that is still read within seconds.
MOST_BYTES = 256 * 1024

_A_STEP = "write `- verb: {key: value}`, one verb a step"


def read_scenario(text: str, source: str) -> Scenario:
    """Read a scenario; `source` is what errors call the file. Raises BadInputError with all findings."""
    return _read(text, source, name=None)


def read_path(path: Path) -> Scenario:
    """Read a scenario from a file, whose name must be the scenario's. Raises BadInputError with all findings.

    The copy that a run keeps is called scenario.yaml, whatever the scenario is called.
    """
    return _read(_text_of(path), str(path), name=None if path.name == "scenario.yaml" else path.stem)


def _text_of(path: Path) -> str:
    try:
        with path.open("rb") as file:
            data = file.read(MOST_BYTES + 1)
    except OSError as error:
        raise BadInputError(
            f"{path}: {error.strerror or error}; name a scenario file that can be read"
        ) from None
    if len(data) > MOST_BYTES:
        raise _too_large(str(path))
    try:
        return data.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        before = data[: error.start].decode("utf-8", "replace")
        place = Place(before.count("\n") + 1, len(before) - before.rfind("\n"))
        finding = Finding(place, f"byte 0x{data[error.start]:02x} is no UTF-8", "save the file as UTF-8")
        raise refusal([finding], str(path)) from None


def _read(text: str, source: str, name: str | None) -> Scenario:
    if len(text) > MOST_BYTES:
        raise _too_large(source)
    tree, findings = plant(text)
    draft = _draft(tree, findings, name)
    if draft is None:
        raise refusal(findings, source)
    findings += sense(draft)
    if findings:
        raise refusal(findings, source)
    head = draft.head
    scenario = Scenario(
        name=head["name"],
        story=" ".join(head["story"].split()),
        steps=tuple(Placed(step.verb, step.step, step.place.line) for step in draft.steps),
        expect={profile: expected for profile, (_, expected) in draft.expect.items()},
        source=source,
        text=text,
        **{key: value for key, value in head.items() if key not in {"name", "story"}},
    )
    return scenario if scenario.conversations == 1 else spread(scenario)


def _too_large(source: str) -> BadInputError:
    return BadInputError(f"{source}: more than {MOST_BYTES // 1024} KiB; tell a shorter story")


def _draft(tree: Node | None, findings: list[Finding], name: str | None) -> Draft | None:
    """What could be read of the file; None when it is no mapping at all."""
    if not isinstance(tree, Table):
        if not findings:
            empty = tree is None or (isinstance(tree, Leaf) and tree.value is None)
            fact = "the file is empty" if empty else "a scenario is a mapping"
            place = Place() if tree is None else tree.place
            findings.append(Finding(place, fact, "write name:, story:, steps: and expect:"))
        return None
    rest = {key: node for key, node in tree.entries.items() if key not in DONE_BY_HAND}
    for key in tree.entries:
        if key not in DONE_BY_HAND and key not in Head.__struct_encode_fields__:
            remedy = choose(key, (*Head.__struct_encode_fields__, *DONE_BY_HAND))
            findings.append(Finding(tree.places[key], f"unknown key '{key}'", remedy))
            del rest[key]
    head = read_fields(Table(tree.place, rest, tree.places), Head, "the scenario", findings)
    places = {key: node.place for key, node in tree.entries.items()}
    findings += (
        Finding(places[key], f"'{key}' has a character that can't be printed", "take it out")
        for key in ("story", "why")
        if not " ".join((head.get(key) or "").split()).isprintable()
    )
    if name is not None and head.get("name", name) != name:
        fact = f"the scenario is called {shown(head['name'])} and its file {shown(name)}"
        findings.append(Finding(places["name"], fact, "give both the same name"))
    steps = _steps(tree, findings)
    return Draft(head, places, steps, _expectations(tree.entries.get("expect"), findings))


def _steps(tree: Table, findings: list[Finding]) -> tuple[DraftStep, ...]:
    row = tree.entries.get("steps")
    if not isinstance(row, Row) or not row.items:
        place = tree.place if row is None else row.place
        findings.append(
            Finding(place, "the scenario has no steps", f"add steps:, and under it {_A_STEP[6:]}")
        )
        return ()
    return tuple(_step(node, findings) for node in row.items)


def _step(node: Node, findings: list[Finding]) -> DraftStep:
    if not isinstance(node, Table) or len(node.entries) != 1:
        verbs = ", ".join(node.entries) if isinstance(node, Table) else ""
        fact = f"a step of several keys ({verbs})" if verbs else f"a step that is no mapping{_said(node)}"
        findings.append(Finding(node.place, fact, _A_STEP))
        return DraftStep(NO_VERB, node.place, {}, Step(), whole=False)
    [(verb, arguments)] = node.entries.items()
    place = node.places[verb]
    kind = VERBS.get(verb)
    if kind is None:
        findings.append(Finding(place, f"unknown verb '{verb}'", choose(verb, VERBS)))
        return DraftStep(NO_VERB, place, {}, Step(), whole=False)
    if isinstance(arguments, Leaf) and arguments.value is None:
        arguments = Table(place, {}, {})  # `- settle:` is short for `- settle: {}`
    if not isinstance(arguments, Table):
        remedy = f"write `- {verb}: {{key: value}}`"
        findings.append(Finding(arguments.place, f"the arguments of {verb} are no mapping", remedy))
        return DraftStep(verb, place, {}, _unread(kind, {}), whole=False)
    before = len(findings)
    values = read_fields(arguments, kind, verb, findings)
    places = {key: value.place for key, value in arguments.entries.items()}
    if len(findings) > before:
        return DraftStep(verb, place, places, _unread(kind, values), whole=False)
    return DraftStep(verb, place, places, kind(**values))


def _said(node: Node) -> str:
    return f": {shown(node.value)}" if isinstance(node, Leaf) else ""


def _unread(kind: type[Step], values: dict[str, Any]) -> Step:
    """A step as far as it could be read, so that what refers to it (a label, an id) is not blamed too."""
    missing = {key.attribute: None for key in keys_of(kind).values() if key.required}
    return kind(**{**missing, **values})


def _expectations(node: Node | None, findings: list[Finding]) -> dict[str, tuple[Place, Expected]]:
    if node is None:
        return {}
    if not isinstance(node, Table):
        remedy = "write one line a profile, such as `hellotext: verified`"
        findings.append(Finding(node.place, "expect is no mapping", remedy))
        return {}
    read: dict[str, tuple[Place, Expected]] = {}
    for profile, value in node.entries.items():
        if profile in UNEXPECTABLE:
            fact = f"'{profile}' has no expectation: it is the client that must be caught"
            findings.append(Finding(node.places[profile], fact, "leave it out"))
        elif profile not in KNOWN_PROFILES:
            words = [word for word in KNOWN_PROFILES if word not in UNEXPECTABLE]
            findings.append(
                Finding(node.places[profile], f"unknown profile '{profile}'", choose(profile, words))
            )
        else:
            expected = _expected(profile, value, findings)
            if expected is not None:
                read[profile] = (value.place, expected)
    return read


def _expected(profile: str, node: Node, findings: list[Finding]) -> Expected | None:
    if isinstance(node, Leaf) and node.value == "verified":
        return "verified"
    remedy = "write verified, or what is known to go wrong, such as {lost: [m3]}"
    if not isinstance(node, Table):
        findings.append(
            Finding(node.place, f"the expectation of {profile} is neither verified nor a mapping", remedy)
        )
        return None
    before = len(findings)
    known = read_fields(node, Known, f"what is known of {profile}", findings)
    if len(findings) > before:
        return None
    if not any(known.values()):
        findings.append(Finding(node.place, f"the expectation of {profile} knows nothing", remedy))
        return None
    return Known(**known)
