"""What `cablecheck blame` does: simulate a story without each of its faults in turn. Import it late."""

from __future__ import annotations

import json

from cablecheck.cli.screen import answer
from cablecheck.client.profiles import profile_named
from cablecheck.errors import BadInputError, ExitCode
from cablecheck.hunt.blame import Blame, Trial
from cablecheck.report.visible import listed
from cablecheck.scenario.reading import read_path
from cablecheck.scenario.shelf import find_all
from cablecheck.sim.world import Cast


def tell_blame(
    word: str, profile_name: str, without: tuple[str, ...], seed: int, *, as_json: bool
) -> ExitCode:
    """Print what each fault did. Raises BadInputError."""
    profile = profile_named(profile_name)
    for rule in without:
        profile = profile.without(rule)
    paths = list(find_all((word,)))
    if len(paths) != 1:
        raise BadInputError(f"{word}: {len(paths)} scenarios; name one of them")
    scenario = read_path(paths[0])
    if scenario.world == "live":
        raise BadInputError(f"{word}: can be played over real sockets only; name another scenario")
    trial = Trial(Cast(scenario, profile, seed))
    blames = list(trial.blames())
    if as_json:
        told = {
            "scenario": scenario.name,
            "profile": profile.name,
            "seed": seed,
            "standing": trial.whole.judgement.standing,
            "faults": [
                {
                    "fault": each.fault,
                    "verb": each.verb,
                    "derived": each.derived,
                    "mattered": each.mattered,
                    "changed": each.changed,
                    "besides": each.besides,
                }
                for each in blames
            ],
        }
        answer(json.dumps(told, indent=1))
    else:
        standing = trial.whole.judgement.standing
        answer("\n".join((f"{scenario.name} ({profile.name}): {standing}", *map(_line, blames))))
    return ExitCode.VERIFIED


def _line(blame: Blame) -> str:
    name = f"  fault {blame.fault} ({blame.verb}):"
    if not blame.mattered:
        held = "; the checker believes that it mattered" if blame.derived else ""
        return f"{name} without it nothing is otherwise{held}"
    besides = f", once {listed(blame.besides)} is left out too" if blame.besides else ""
    return f"{name} without it {listed(blame.changed)} would have come otherwise{besides}"
