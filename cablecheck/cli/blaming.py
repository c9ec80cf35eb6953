"""What `cablecheck blame` does: simulate a story without each of its faults in turn. Import it late."""

from __future__ import annotations

import json
from dataclasses import dataclass

from msgspec.structs import replace

from cablecheck.cli.screen import answer
from cablecheck.client.profiles import profile_named
from cablecheck.errors import BadInputError, ExitCode
from cablecheck.hunt.blame import Blame, Trial
from cablecheck.report.visible import listed
from cablecheck.scenario.defects import defects_named
from cablecheck.scenario.model import Scenario
from cablecheck.scenario.reading import read_path
from cablecheck.scenario.shelf import find_all
from cablecheck.sim.world import Cast


@dataclass(frozen=True, slots=True, kw_only=True)
class BlameWish:
    """What was asked for on the command line."""

    word: str
    profile: str = "hellotext"
    without: tuple[str, ...] = ()
    defects: tuple[str, ...] = ()
    seed: int = 0
    as_json: bool = False


def tell_blame(wish: BlameWish) -> ExitCode:
    """Print what each fault did. Raises BadInputError."""
    profile = profile_named(wish.profile)
    for rule in wish.without:
        profile = profile.without(rule)
    scenario = _scenario(wish)
    trial = Trial(Cast(scenario, profile, wish.seed))
    blames = list(trial.blames())
    if wish.as_json:
        told = {
            "scenario": scenario.name,
            "profile": profile.name,
            "seed": wish.seed,
            "standing": trial.whole.judgement.standing,
            "faults": [
                {
                    "fault": each.fault,
                    "verb": each.verb,
                    "derived": each.derived,
                    "mattered": each.mattered,
                    "changed": each.changed,
                    "besides": each.besides,
                    "stops_at": each.stops_at,
                }
                for each in blames
            ],
        }
        answer(json.dumps(told, indent=1))
    else:
        standing = trial.whole.judgement.standing
        answer("\n".join((f"{scenario.name} ({profile.name}): {standing}", *map(_line, blames))))
    return ExitCode.VERIFIED


def _scenario(wish: BlameWish) -> Scenario:
    paths = list(find_all((wish.word,)))
    if len(paths) != 1:
        raise BadInputError(f"{wish.word}: {len(paths)} scenarios; name one of them")
    scenario = read_path(paths[0])
    if scenario.world == "live":
        raise BadInputError(f"{wish.word}: can be played over real sockets only; name another scenario")
    more = tuple(defect for defect in defects_named(wish.defects) if defect not in scenario.defects)
    return replace(scenario, defects=scenario.defects + more)


def _line(blame: Blame) -> str:
    name = f"  fault {blame.fault} ({blame.verb}):"
    if blame.mattered is None:
        return f"{name} without it the story stops at step {blame.stops_at}, so what it did can't be told"
    if not blame.mattered:
        held = "; the checker believes that it mattered" if blame.derived else ""
        return f"{name} without it nothing is otherwise{held}"
    besides = f", once {listed(blame.besides)} is left out too" if blame.besides else ""
    return f"{name} without it {listed(blame.changed)} would have come otherwise{besides}"
