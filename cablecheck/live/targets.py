"""Where a scenario is played: a target, and the one conversation in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from urllib.parse import SplitResult, urlsplit

from cablecheck.history import BUNDLED
from cablecheck.live.pace import Pace
from cablecheck.live.route import Reach, Route
from cablecheck.live.trust import Called, client_context
from cablecheck.scenario.units import per_second
from cablecheck.target.model import Cable, Target, Webchat
from cablecheck.target.reading import Described, as_kept
from cablecheck.target.secrets import Secrets
from cablecheck.target.webchat import completed, is_the_sdks
from cablecheck.target.wire import Wire


@dataclass(frozen=True)
class Place:
    """A target with the values of one conversation. `name` is BUNDLED, the target's in its file, or "watched".

    `own_words`: the reference client's own words are the target's, so nothing is translated. `kept`: the target file as a run keeps it. `reach`: by
    which way its hosts are reached. `pace`: how fast a target of the
    user's may be written to.
    """

    name: str
    wire: Wire
    own_words: bool = True
    reach: Reach = field(default_factory=Reach)
    secrets: Secrets = field(default_factory=Secrets)
    pace: Pace = field(default_factory=Pace)
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
    def upstream(self) -> Route:
        """Where the proxy dials."""
        return self.reach.route(self.wire.cable_url)

    @property
    def rest_upstream(self) -> Route:
        """Where the proxy dials for what is no upgrade: a catch-up may be answered by another host than the cable's."""
        target = self.wire.target
        if self.own_words:
            return self.reach.route(self.api)
        if target.catch_up is not None:
            ask = self.wire.listing(target.catch_up, "0")
            assert ask is not None, "only a question without a cursor may be left out"
            return self.reach.route(ask.url)
        return self.upstream if target.send is None else self.reach.route(self.wire.ask(target.send).url)


def place_of(described: Described, environment: Mapping[str, str], pace: Pace | None = None) -> Place:
    """The place that a target file describes, its conversation not begun yet. All places of a command have one `pace` in common.

    Raises BadInputError for files of TLS that are none, and for a proxy of the environment's that is none.
    """
    target = described.target
    tls = target.tls
    files = [
        None if name is None else Path(described.source).parent / name
        for name in (tls.ca, tls.certificate, tls.key)
    ]
    where = f"{described.source}: [target.{described.name}.tls]"
    called = Called(f"{where} ca", f"{where} certificate", f"{where} key")
    ca, certificate, key = files
    reach = Reach(client_context(ca, certificate, key, called), environment)
    return Place(
        described.name,
        Wire(target, target.values),
        own_words=is_the_sdks(described.written),
        reach=reach,
        secrets=described.secrets.of_a_run(),
        pace=pace or pace_of(described),
        kept=as_kept(described),
    )


def pace_of(described: Described, sharers: int = 1) -> Pace:
    """The pace that a target file allows, for so many stories at once."""
    return Pace(per_second(described.target.max_rate), sharers)


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
