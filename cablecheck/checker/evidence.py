"""The evidence of every fault: armed, fired, felt, mattered."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from cablecheck.checker.record import Fault, Record
from cablecheck.checker.signs import SIGNS
from cablecheck.checker.stakes import MOST_AT_STAKE, at_stake, touched
from cablecheck.checker.timeline import NEVER
from cablecheck.checker.touch import Felt, Touch, arguments
from cablecheck.checker.verdict import FaultEvidence, story_order
from cablecheck.checker.view import View
from cablecheck.history import Fired
from cablecheck.scenario.model import VERBS, Deploy, Faulty, Restart

FAULT_VERBS = frozenset(verb for verb, kind in VERBS.items() if issubclass(kind, Faulty | Restart | Deploy))


@dataclass(slots=True)
class _Trail:
    """What one fault left behind: where it fired and the sign of that, by client."""

    fault: Fault
    signs: dict[str, list[tuple[int, Felt]]] = field(default_factory=dict)


def evidence_of(record: Record, views: list[View]) -> tuple[FaultEvidence, ...]:
    """The evidence of every fault of the story, in the order in which they were armed; those that never were come last."""
    trails = [_followed(record, fault) for fault in record.faults.values()]
    stakes: dict[str, dict[int, tuple[str, ...]]] = {}
    for view in views:
        moments = (
            moment
            for trail in trails
            for _, felt in trail.signs.get(view.client, ())
            for moment in felt.moments
        )
        stakes[view.client] = at_stake(view, moments)
    by_client = {view.client: view for view in views}
    found = [_evidence(record, trail, by_client, stakes) for trail in trails]
    return (*found, *_never_armed(record))


def _followed(record: Record, fault: Fault) -> _Trail:
    """Look for the sign of every firing."""
    trail = _Trail(fault)
    sign = SIGNS.get(fault.armed.verb)
    given = arguments(fault.armed.detail)
    for position, event, following in _with_following(fault):
        subject = record.subjects.get(event.client)
        if sign is None or subject is None:
            continue
        felt = sign.look(Touch(record, subject, fault, given, position, event, following))
        if felt is not None:
            trail.signs.setdefault(event.client, []).append((position, felt))
    return trail


def _with_following(fault: Fault) -> Iterator[tuple[int, Fired, tuple[int, Fired] | None]]:
    """Every firing, with the next one of the same connection."""
    following: dict[tuple[str, int | None, int | None], tuple[int, Fired]] = {}
    backwards: list[tuple[int, Fired, tuple[int, Fired] | None]] = []
    for position, event in reversed(fault.fired):
        key = (event.client, event.socket, event.fetch)
        backwards.append((position, event, following.get(key)))
        following[key] = (position, event)
    return reversed(backwards)


def _evidence(
    record: Record, trail: _Trail, views: dict[str, View], stakes: dict[str, dict[int, tuple[str, ...]]]
) -> FaultEvidence:
    fault, armed = trail.fault, trail.fault.armed
    labels: dict[str, None] = {}
    for client, signs in trail.signs.items():
        for position, felt in signs:
            if len(labels) >= MOST_AT_STAKE:
                break
            labels.update(dict.fromkeys(touched(views[client], felt.ids, position)))
            for moment in felt.moments:
                labels.update(dict.fromkeys(stakes[client][moment]))
    sign = SIGNS.get(armed.verb)
    moot = "" if sign is None or fault.fired else sign.moot(record, fault)
    at_stake_ = tuple(sorted(labels, key=story_order)[:MOST_AT_STAKE])
    return FaultEvidence(
        fault=armed.fault,
        verb=armed.verb,
        detail=armed.detail,
        client=armed.client,
        step=armed.step,
        fired=len(fault.fired),
        felt=bool(trail.signs),
        mattered=bool(at_stake_),
        at_stake=at_stake_,
        first_fired_at=record.seconds(fault.fired[0][0]) if fault.fired else None,
        healed_at=None if fault.healed == NEVER else record.seconds(fault.healed),
        moot=bool(moot),
        why=moot or _why(trail, at_stake_),
    )


def _why(trail: _Trail, at_stake_: tuple[str, ...]) -> str:
    """In words what the evidence comes to: what proves the fault, or what is missing."""
    sign = SIGNS.get(trail.fault.armed.verb)
    if not trail.fault.fired:
        return "it was armed, and what it waited for never came"
    if sign is None:
        return "this version doesn't know how it would be felt; judge the run with the version that wrote it"
    if not trail.signs:
        return f"{sign.unfelt}: {sign.words}"
    if not at_stake_:
        return sign.idle
    return f"{', '.join(at_stake_)} {'was' if len(at_stake_) == 1 else 'were'} at stake"


def _never_armed(record: Record) -> Iterator[FaultEvidence]:
    """The steps of the story that began and should have armed a fault, and did not."""
    armed = {fault.armed.step for fault in record.faults.values()}
    for number, step in record.steps.items():
        if step.verb in FAULT_VERBS and not step.closing and number not in armed:
            why = "its step began, and it was never armed"
            yield FaultEvidence(fault=f"{step.verb}-{number}", verb=step.verb, step=number, why=why)
