"""Where a scenario is played: a target, and the one conversation in it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from urllib.parse import SplitResult, urlsplit

from cablecheck.history import BUNDLED
from cablecheck.live.proxy_side import Upstream
from cablecheck.live.rest import tls_context
from cablecheck.target.model import Cable, Target, Webchat
from cablecheck.target.reading import Described, as_kept
from cablecheck.target.secrets import Secrets
from cablecheck.target.webchat import completed, is_the_sdks
from cablecheck.target.wire import Wire

_DEFAULT_PORTS = {"ws": 80, "http": 80, "wss": 443, "https": 443}


def site_of(url: str) -> tuple[str, int, bool]:
    """Host, port, and whether it is TLS."""
    parts = urlsplit(url)
    return parts.hostname or "", parts.port or _DEFAULT_PORTS[parts.scheme], parts.scheme in {"wss", "https"}


@dataclass(frozen=True)
class Place:
    """A target with the values of one conversation. `name` is BUNDLED, the target's in its file, or "watched".

    `own_words`: the reference client's own words are the target's, so nothing is translated. `kept`: the target file as a run keeps it.
    """

    name: str
    wire: Wire
    own_words: bool = True
    secrets: Secrets = field(default_factory=Secrets)
    kept: str | None = None

    def knowing(self, **values: str) -> Place:
        """The same target with more values known, such as another conversation."""
        return replace(self, wire=self.wire.knowing(values))

    @property
    def bundled(self) -> bool:
        """Whether it is the bundled chat, for which a scenario's expectations hold."""
        return self.name == BUNDLED

    @property
    def webchat(self) -> str:
        """The webchat of the client's page. A target without one has a page of ours, whose words are translated."""
        return self.wire.values.get("webchat", "cablecheck")

    @property
    def session(self) -> str:
        """The session of the client's page."""
        return self.wire.values.get("session", "visitor")

    @property
    def conversation(self) -> str:
        """The conversation that a page is loaded with."""
        return self.wire.values.get("conversation", "conversation")

    @property
    def cable_parts(self) -> SplitResult:
        """The cable's URL, split."""
        return urlsplit(self.wire.cable_url)

    @property
    def api(self) -> str:
        """The root of the REST API that the client's own words are for."""
        return self.wire.values.get("api", "")

    @property
    def api_path(self) -> str:
        """What stands before the paths that a client fetches."""
        return urlsplit(self.api).path.rstrip("/")

    @property
    def upstream(self) -> Upstream:
        """Where the proxy dials."""
        return _upstream(self.wire.cable_url)

    @property
    def rest_upstream(self) -> Upstream:
        """Where the proxy dials for what is no upgrade: a catch-up may be answered by another host than the cable's."""
        target = self.wire.target
        if self.own_words:
            return _upstream(self.api)
        if target.catch_up is not None:
            ask = self.wire.listing(target.catch_up, "0")
            assert ask is not None, "only a question without a cursor may be left out"
            return _upstream(ask.url)
        return self.upstream if target.send is None else _upstream(self.wire.ask(target.send).url)


def _upstream(url: str) -> Upstream:
    host, port, secure = site_of(url)
    return Upstream(host, port, tls_context() if secure else None, host)


def place_of(described: Described) -> Place:
    """The place that a target file describes, its conversation not begun yet."""
    target = described.target
    return Place(
        described.name,
        Wire(target, target.values),
        own_words=is_the_sdks(described.written),
        secrets=described.secrets.of_a_run(),
        kept=as_kept(described),
    )


def webchat_place(
    name: str,
    cable: str,
    api: str,
    webchat: str,
    token: str,
    session: str | None = None,
    conversation: str | None = None,
) -> Place:
    """A place whose API and channel are the bundled chat's."""
    chat = Webchat(api=api, id=webchat, token=token, session=session, conversation=conversation)
    target = completed(Target(cable=Cable(url=cable), webchat=chat))
    return Place(name, Wire(target, target.values))
