"""A target file as it is once read: `[target.NAME]` and its tables, each with one job.

Texts are templates: `{name}` stands for a value that cablecheck fills in, `${NAME}` for a secret of the environment's, which was filled
in when the file was read. A path such as `data.items.0.id` names a place in a JSON value; the empty path is the value itself.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal, TypeAlias

from msgspec import Meta, Struct

from cablecheck.scenario.known import Known
from cablecheck.scenario.values import Duration, Rate
from cablecheck.target.stamps import StampFormat

# rails/rails actioncable app/javascript/action_cable/connection_monitor.js: staleThreshold.
STALE_AFTER = Duration(6)
# As the runner's own questions have it: a target that takes longer leaves the outcome open.
ANSWER_WITHIN = Duration(10)
DEPLOY_WITHIN = Duration(120)
MAX_RATE = "20/s"

PageCap: TypeAlias = Annotated[int, Meta(ge=1, le=100_000, description="a whole number from 1 to 100000")]
Status: TypeAlias = Annotated[int, Meta(ge=200, le=599, description="an HTTP status, such as 201")]


class Table(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """A table of the file."""


class Cable(Table, frozen=True, kw_only=True):
    """The cable: its URL, and what an upgrade to it must carry. `subprotocols` left out: those that the client's profile offers.

    `stale_after`: how long it may say nothing at all, pings included, before a client with such a rule gives it up.
    """

    url: str
    origin: str | None = None
    subprotocols: tuple[str, ...] | None = None
    headers: dict[str, str] = {}
    cookies: dict[str, str] = {}
    query: dict[str, str] = {}
    stale_after: Duration = STALE_AFTER


class Tls(Table, frozen=True, kw_only=True):
    """Files of PEM for TLS: an authority to trust instead of the system's, and the certificate that this client shows."""

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
    accept: tuple[Status, ...] = ()


class Capturing(Exchange, frozen=True, kw_only=True):
    """A request of whose answer something is kept: `capture = {token = "json:data.token", sid = "cookie:_session", x = "header:X-Token"}`."""

    capture: dict[str, str] = {}


class Subscription(Table, frozen=True, kw_only=True):
    """What a client subscribes to: the identifier as it goes out, byte for byte, but for its `{names}`."""

    identifier: str


class Message(Table, frozen=True, kw_only=True):
    """Where a message keeps what. An empty `created_at`: nowhere.

    `created_at_format`: `iso`, or a number of seconds (`s`) or milliseconds (`ms`) since 1970.
    """

    id: str = "id"
    body: str = "body"
    created_at: str = "created_at"
    created_at_format: StampFormat = "iso"


class Live(Message, frozen=True, kw_only=True):
    """Which broadcasts are messages: every path of `select` must have its value. `message`: where in the broadcast the message is."""

    select: dict[str, Any] = {}
    message: str = ""


class Publish(Exchange, frozen=True, kw_only=True):
    """How the agent posts: by a request, or by exactly one of `perform` (an action of the channel), `command`, `redis`.

    Paths in its answer (what a command prints counts as one): `id`, `created_at`. Where no answer names the message, `own_id` is the id
    that the message itself brings along, such as `{nonce}`. `created_at_field`: where in the body a time may stand, if one may choose it.
    """

    request: str = ""
    perform: dict[str, Any] | None = None
    command: tuple[str, ...] | None = None
    redis: str | None = None
    channel: str | None = None
    payload: str | None = None
    id: str = "id"
    own_id: str | None = None
    created_at: str = "created_at"
    created_at_format: StampFormat = "iso"
    created_at_field: str | None = None


class Listing(Message, frozen=True, kw_only=True):
    """A list that is read page by page: `{cursor}` is the id of the last message that is known, or what the page before had at `next`.

    `next`: where a page says what comes next: a cursor, or a whole URL. Without it a page of `page_cap` messages is followed by another,
    after its last message. `empty_cursor` is what is asked without a cursor: the same without that parameter (`omit`), with `0`, or
    nothing at all (`skip`).
    """

    request: str = ""
    headers: dict[str, str] = {}
    cookies: dict[str, str] = {}
    items: str = "messages"
    next: str | None = None
    page_cap: PageCap | None = None
    empty_cursor: Literal["omit", "0", "skip"] = "omit"


class CatchUp(Listing, frozen=True, kw_only=True):
    """How a client asks what it missed. Without this table it can't: what is said while it is away it never hears of."""

    request: str


class Truth(Listing, frozen=True, kw_only=True):
    """What the target stored: a request for all of it, page by page; a read-only SQL query; or what the publisher was told.

    `sql` is a URL of PostgreSQL or a file of SQLite, `query` gives rows with the names of the message's fields. `ledger`: there is nothing
    better than the publisher's own list. `conversation`: where a message says whose it is, if a list has several.
    """

    sql: str | None = None
    query: str | None = None
    ledger: bool = False
    conversation: str | None = None


class Order(Table, frozen=True, kw_only=True):
    """By what messages are to stand on the screen; without `keys` as the truth lists them.

    `tie`: what is right where all keys are equal: `any` order, or that of the ids.
    """

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
    """One target. Where there is a `webchat`, what is left out of the other tables is the bundled chat's.

    `values` are names of one's own for the templates. `auth` signs in; `conversation` begins a new one (without it the file names the
    only one there is), `switch` moves to another. `known` accepts losses by scenario and profile.
    """

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
    max_rate: Rate = MAX_RATE
    allow: bool = False
    known: dict[str, dict[str, Known]] = {}
