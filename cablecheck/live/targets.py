"""The system under test: where its cable and its API are, and what a scenario needs to speak there."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import SplitResult, urlsplit

import msgspec

from cablecheck.errors import BadInputError, meant
from cablecheck.history import BUNDLED
from cablecheck.live.proxy_side import Upstream
from cablecheck.live.rest import tls_context

_DEFAULT_PORTS = {"ws": 80, "http": 80, "wss": 443, "https": 443}


class Target(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A target file: the cable's URL, the API's root, the webchat, a visitor's session, and the agent's token.

    `conversation` is the session's; left out, it is learnt from the answer to a first message that the visitor sends.
    """

    cable: str
    api: str
    webchat: str
    session: str
    token: str
    conversation: str | None = None

    def masked(self) -> str:
        """The file as it may be kept: without its secrets."""
        shown = msgspec.to_builtins(self) | {"session": "***", "token": "***"}
        return "".join(f"{key} = {msgspec.json.encode(value).decode()}\n" for key, value in shown.items())


def read_target(path: Path) -> Target:
    """Read a target file. Raises BadInputError with every finding at once."""
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise BadInputError(
            f"{path}: can't be read ({error.strerror}); give the path of a target file"
        ) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadInputError(f'{path}: not TOML ({error}); write lines such as api = "http://..."') from error
    findings = list(_key_findings(path, document))
    if findings:
        raise BadInputError(*findings)
    target = msgspec.convert(document, Target)
    findings = url_findings(str(path), "cable", target.cable, ("ws", "wss"))
    findings += url_findings(str(path), "api", target.api, ("http", "https"))
    if not findings and site_of(target.cable) != site_of(target.api):
        findings.append(
            f"{path}: cable and api are on different hosts or ports; one proxy stands before both, so put them behind one address"
        )
    if findings:
        raise BadInputError(*findings)
    return target


def _key_findings(path: Path, document: dict[str, object]) -> list[str]:
    known = list(Target.__struct_fields__)
    findings = []
    for key, value in document.items():
        if key not in known:
            remedy = meant(key, known) or f"use {', '.join(known)}"
            findings.append(f"{path}: unknown key '{key}'; {remedy}")
        elif value == "":
            findings.append(f"{path}: '{key}' is empty; write {key} = \"...\"")
        elif not isinstance(value, str):
            findings.append(f"{path}: '{key}' is not a text; write {key} = \"...\"")
    missing = [key for key in known if key != "conversation" and key not in document]
    return findings + [f"{path}: '{key}' is missing; add {key} = \"...\"" for key in missing]


def url_findings(place: str, key: str, url: str, schemes: tuple[str, ...]) -> list[str]:
    """What is wrong with a URL, if anything."""
    try:
        parts = urlsplit(url)
        good = parts.scheme in schemes and _is_host(parts.hostname or "") and (parts.port or 1) > 0
        good = good and "@" not in parts.netloc
    except ValueError:
        good = False
    if good:
        return []
    return [
        f"{place}: {key} '{url}' is no {schemes[0]} or {schemes[1]} URL; write {schemes[0]}://host:port/path"
    ]


def _is_host(host: str) -> bool:
    """Whether it can be looked up. Raises ValueError where it can't be written as a name at all, as `a..b`."""
    return bool(host) and bool(host.encode("idna"))


def site_of(url: str) -> tuple[str, int, bool]:
    """Host, port, and whether it is TLS."""
    parts = urlsplit(url)
    return parts.hostname or "", parts.port or _DEFAULT_PORTS[parts.scheme], parts.scheme in {"wss", "https"}


@dataclass(frozen=True)
class Place:
    """Where one scenario is played: a target and the one conversation in it. `name` is BUNDLED, the API's URL, or "watched"."""

    name: str
    cable: str
    api: str
    webchat: str
    token: str
    session: str
    conversation: str
    masked: str | None = None

    @property
    def bundled(self) -> bool:
        """Whether it is the bundled chat, for which a scenario's expectations hold."""
        return self.name == BUNDLED

    @property
    def cable_parts(self) -> SplitResult:
        """The cable's URL, split."""
        return urlsplit(self.cable)

    @property
    def api_path(self) -> str:
        """What stands before the paths that a client fetches."""
        return urlsplit(self.api).path.rstrip("/")

    @property
    def origin(self) -> str:
        """What a browser on the target's own page would send as Origin."""
        parts = self.cable_parts
        return f"{'https' if parts.scheme == 'wss' else 'http'}://{parts.netloc}"

    @property
    def upstream(self) -> Upstream:
        """Where the proxy dials."""
        host, port, secure = site_of(self.cable)
        return Upstream(host, port, tls_context() if secure else None, host)
