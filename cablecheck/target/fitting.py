"""Which stories can be played against a target of the user's, and why the others can't."""

from __future__ import annotations

from collections.abc import Callable

from cablecheck.scenario import model
from cablecheck.scenario.model import Scenario, Step
from cablecheck.target.model import Target
from cablecheck.target.webchat import has_one_conversation, is_the_sdks


def unfit(scenario: Scenario, written: Target, target: Target) -> str | None:
    """Why this story can't be played there; None for one that can."""
    if scenario.defects:
        return "is told with a defect, which only the bundled chat can switch on"
    if scenario.conversations > 1 and has_one_conversation(target):
        return "has several conversations, and the target file names one"
    for placed in scenario.steps:
        for needed, can, fact in _NEEDS:
            if needed(placed.step) and not can(written, target):
                return fact
    return None


_NEEDS: tuple[tuple[Callable[[Step], bool], Callable[[Target, Target], bool], str], ...] = (
    (
        lambda step: isinstance(step, model.Restart),
        lambda _, target: target.restart is not None,
        "restarts the server, for which the target file has no [restart]",
    ),
    (
        lambda step: isinstance(step, model.Send),
        lambda _, target: target.send is not None,
        "lets the visitor send, for which the target file has no [send]",
    ),
    (
        lambda step: isinstance(step, model.Switch),
        lambda written, _: is_the_sdks(written),
        "moves to another conversation, which only a chat in hellotext.js's own words tells its page",
    ),
    (
        lambda step: isinstance(step, model.Publish) and step.created_at is not None,
        lambda _, target: target.publish is not None and target.publish.created_at_field is not None,
        "chooses created_at, for which the target file's [publish] has no created_at_field",
    ),
    (
        lambda step: isinstance(step, model.Page),
        lambda written, _: is_the_sdks(written),
        "shortens a page of {messages, next}, which is not how this target answers",
    ),
)
