"""What `cablecheck init` writes: a commented target file for each kind of chat, to be filled in, and left alone where it fits."""

from __future__ import annotations

import re
from dataclasses import dataclass
from importlib.resources import files

from cablecheck.target.secrets import REFERENCE

PRESETS = {
    "hellotext": "a webchat with the API and the channel of hellotext.js",
    "rails": "a chat of your own on Action Cable, with an API of its own",
    "anycable": "anycable-go without an application behind it",
    "chatwoot": "a Chatwoot inbox, seen by an agent",
}
NAME = "staging"


@dataclass(frozen=True, slots=True)
class Preset:
    """A file, and the environment's variables without which it can't be read."""

    text: str
    variables: tuple[str, ...]


def preset(kind: str, name: str = NAME) -> Preset:
    """The file of this kind, for a target of this name."""
    text = files(__name__).joinpath(f"{kind}.toml").read_text(encoding="utf-8")
    said = re.sub(r"^\s*#.*$|\s# .*$", "", text, flags=re.MULTILINE)
    variables = dict.fromkeys(found[2] for found in REFERENCE.finditer(said) if not found[1])
    return Preset(text.replace(f"[target.{NAME}", f"[target.{name}"), tuple(variables))
