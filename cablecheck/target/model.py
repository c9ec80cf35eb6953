"""A target file as it is once read: `[target.NAME]` and its tables, each with one job.

Texts are templates: `{name}` stands for a value that cablecheck fills in, `${NAME}` for a secret of the environment's, which was filled
in when the file was read. A path such as `data.items.0.id` names a place in a JSON value; the empty path is the value itself.
"""

from __future__ import annotations

from typing import Any, Literal

import msgspec
from msgspec import Struct

from cablecheck.scenario.known import Known
from cablecheck.scenario.values import Duration, Rate

# rails/rails actioncable app/javascript/action_cable/connection_monitor.js: staleThreshold.
STALE_AFTER = Duration(6)
# As the runner's own questions have it: a target that takes longer leaves the outcome open.
ANSWER_WITHIN = Duration(10)
DEPLOY_WITHIN = Duration(120)
MAX_RATE = "20/s"


class Table(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """A table of the file."""


class Cable(Table, frozen=True, kw_only=True):
    """The cable: its URL, and what an upgrade to it must carry. `subprotocols` left out: those that the client's profile offers."""

    url: str
    origin: str | None = None
    subprotocols: tuple[str, ...] | None = None
    headers: dict[str, str] = {}
    cookies: dict[str, str] = {}
    query: dict[str, str] = {}
    stale_after: Duration = STALE_AFTER


class Tls(Table, frozen=True, kw_only=True):
    """Files of PEM for TLS: an authority to trust beside the system's, and the certificate that this client shows."""

    ca: str | None = None
    certificate: str | None = None
    key: str | None = None


class Webchat(Table, frozen=True, kw_only=True):
    """A chat with the REST API and the channel of the bundled chat, which are hellotext.js's: all other tables then have defaults.

    `session` left out: every run begins a session of its own, by `POST .../sessions`.
    """

    api: str
    id: str
    token: str
    session: str | None = None
    conversation: str | None = None


class Exchange(Table, frozen=True, kw_only=True):
    """A request, such as `POST {api}/messages`, with a body of JSON or a form. `accept`: the good statuses, any 2xx if left out."""

    request: str
    headers: dict[str, str] = {}
    cookies: dict[str, str] = {}
    json: Any = None
    form: dict[str, str] | None = None
    accept: tuple[int, ...] = ()


class Capturing(Exchange, frozen=True, kw_only=True):
    """A request of whose answer something is kept: `capture = {token = "json:data.token", sid = "cookie:_session", x = "header:X-Token"}`."""

    capture: dict[str, str] = {}


class Subscription(Table, frozen=True, kw_only=True):
    """What a client subscribes to: the identifier as it goes out, byte for byte, but for its `{names}`."""

    identifier: str


class Message(Table, frozen=True, kw_only=True):
    """Where a message keeps what. `created_at_format`: `iso`, or a number of seconds (`s`) or milliseconds (`ms`) since 1970."""

    id: str = "id"
    body: str = "body"
    created_at: str | None = "created_at"
    created_at_format: Literal["iso", "s", "ms"] = "iso"


class Live(Message, frozen=True, kw_only=True):
    """Which broadcasts are messages: every path of `select` must have its value. `message`: where in the broadcast the message is."""

    select: dict[str, Any] = {}
    message: str = ""


class Publish(Exchange, frozen=True, kw_only=True):
    """How the agent posts: by a request (`id`: where its answer has the message's), or by exactly one of `perform`, `command`, `redis`.

    `created_at`: the field of the request's body that may hold a time, where the target lets one choose it.
    """

    request: str = ""
    id: str = "id"
    created_at: str | None = None
    perform: dict[str, Any] | None = None
    command: tuple[str, ...] | None = None
    redis: str | None = None
    channel: str | None = None
    payload: str | None = None


class CatchUp(Message, frozen=True, kw_only=True):
    """How a client asks what it missed, `{cursor}` being the id of the last message that it has.

    `empty_cursor` says what a client without one asks: the same without that parameter (`omit`), with a value (`0`), or nothing (`skip`).
    """

    request: str
    headers: dict[str, str] = {}
    cookies: dict[str, str] = {}
    items: str = "messages"
    next: str | None = None
    page_cap: int | None = None
    empty_cursor: Literal["omit", "0", "skip"] = "omit"


class Truth(Message, frozen=True, kw_only=True):
    """What the target stored: a request for all of it, page by page; a read-only SQL query; or what the publisher was told.

    `sql` is a URL of PostgreSQL or a file of SQLite, `query` gives rows with the names of the message's fields. `ledger`: there is nothing
    better than the publisher's own list.
    """

    request: str | None = None
    headers: dict[str, str] = {}
    cookies: dict[str, str] = {}
    items: str = "messages"
    next: str | None = None
    sql: str | None = None
    query: str | None = None
    ledger: bool = False
    conversation: str | None = None


class Order(Table, frozen=True, kw_only=True):
    """By what messages are to stand on the screen; without `keys` as the truth lists them. `tie`: whether `any` order of equals is right."""

    keys: tuple[Literal["created_at", "id"], ...] = ()
    tie: Literal["any", "id"] = "id"


class Command(Table, frozen=True, kw_only=True):
    """A command of the user's that changes the target: deploys or restarts it."""

    command: str
    within: Duration = DEPLOY_WITHIN


class Deadlines(Table, frozen=True, kw_only=True):
    """How long things may take: an `answer` to a request of ours, and until a client must have `recovered` what it missed."""

    answer: Duration = ANSWER_WITHIN
    recovered: Duration | None = None


class Target(Table, frozen=True, kw_only=True):
    """One target. Where there is a `webchat`, what is left out of the other tables is the bundled chat's."""

    cable: Cable
    tls: Tls = Tls()
    values: dict[str, str] = {}
    webchat: Webchat | None = None
    auth: tuple[Capturing, ...] = ()
    conversation: tuple[Capturing, ...] = ()
    switch: Capturing | None = None
    subscription: Subscription | None = None
    live: Live = Live()
    publish: Publish | None = None
    send: Publish | None = None
    catch_up: CatchUp | None = None
    truth: Truth = Truth()
    order: Order = Order()
    deploy: Command | None = None
    restart: Command | None = None
    deadlines: Deadlines = Deadlines()
    max_rate: Rate = msgspec.field(default=MAX_RATE)
    allow: bool = False
    known: dict[str, dict[str, Known]] = {}
