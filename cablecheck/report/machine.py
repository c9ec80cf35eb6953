"""Judgements for machines: JSON in ASCII, so that no byte of it can move a terminal's cursor, with every list whole."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

import msgspec

from cablecheck.checker.verdict import Judgement
from cablecheck.errors import ExitCode


@dataclass(frozen=True, slots=True)
class Reported:
    """A judgement, where its run lies, and the command that plays it again.

    `story` is the user's own scenario file (None: a shipped one, or nobody knows), `line` the line in it that struck (0: unknown);
    `began` is ISO 8601 in UTC, without its zone.
    """

    judgement: Judgement
    folder: str | None = None
    play_again: str | None = None
    story: str | None = None
    line: int = 0
    began: str | None = None


def render_json(judgement: Judgement) -> bytes:
    """What verdict.json holds: the judgement as one JSON object."""
    return _encoded(msgspec.to_builtins(judgement))


def read_json(data: bytes) -> Judgement:
    """The judgement in a verdict.json; msgspec.ValidationError or ValueError where it is none."""
    return msgspec.convert(json.loads(data), Judgement)


def render_all(
    reported: Sequence[Reported], exit_code: ExitCode, *, headline: str, errors: Sequence[str] = ()
) -> str:
    """What `--json` prints: one object, the judgements under `runs` in the order they were asked for.

    `errors` say what kept the other runs from being judged.
    """
    runs = [
        {
            **msgspec.to_builtins(one.judgement),
            **({"folder": one.folder} if one.folder else {}),
            **({"play_again": one.play_again} if one.play_again else {}),
        }
        for one in reported
    ]
    told = {"exit_code": int(exit_code), "headline": headline, "runs": runs}
    return _encoded(told | ({"errors": list(errors)} if errors else {})).decode("ascii").rstrip("\n")


def _encoded(value: object) -> bytes:
    text = json.dumps(value, indent=1, ensure_ascii=True).replace("\x7f", "\\u007f")
    return f"{text}\n".encode("ascii")
