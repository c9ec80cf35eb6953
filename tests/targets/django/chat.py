"""A webchat on Django Channels and django-actioncable: an Action Cable server that shares no line with Rails.

It has as much of the bundled demo's REST API as a story over it needs. DATA names the SQLite file, WEBCHAT the one webchat, AGENT_TOKEN
what its agent must bear, CAPACITY how many messages the channel layer keeps for a socket before it drops the rest (100, as Channels
itself has it). django-actioncable knows no rejection, so a foreign subscription is met with silence here.
"""

from __future__ import annotations

import json
import os
import re
import secrets
from datetime import UTC, datetime
from typing import Any

import django
from django.conf import settings

WEBCHAT, AGENT_TOKEN = os.environ["WEBCHAT"], os.environ["AGENT_TOKEN"]
PAGE_LIMIT = 100

# The store is asked on the event loop itself, as much code does that was moved there as it was: no request makes way for another, nor
# for a socket, before it is through.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
settings.configure(
    SECRET_KEY=secrets.token_hex(),
    ALLOWED_HOSTS=["127.0.0.1"],
    ROOT_URLCONF=__name__,
    USE_TZ=True,
    LOGGING={
        "version": 1,
        "handlers": {"console": {"class": "logging.StreamHandler"}},
        "root": {"handlers": ["console"], "level": "ERROR"},
    },
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": os.environ["DATA"]}},
    CHANNEL_LAYERS={
        "default": {
            "BACKEND": "channels.layers.InMemoryChannelLayer",
            "CONFIG": {"capacity": int(os.environ.get("CAPACITY", "100"))},
        }
    },
)
django.setup()

from actioncable import ActionCableConsumer, CableChannel, cable_channel_register  # noqa: E402 - wants settings
from channels.layers import get_channel_layer  # noqa: E402
from channels.routing import ProtocolTypeRouter, URLRouter  # noqa: E402
from django.core.asgi import get_asgi_application  # noqa: E402
from django.db import connection, models  # noqa: E402
from django.http import HttpRequest, HttpResponse, JsonResponse  # noqa: E402
from django.urls import path  # noqa: E402
from django.utils import timezone  # noqa: E402


class Conversation(models.Model):
    """A session has several, the last of which it is in."""

    token = models.CharField(max_length=32, unique=True)
    session = models.CharField(max_length=32, db_index=True)

    class Meta:
        app_label = "chat"


class Message(models.Model):
    """What was said; `author` is agent or visitor."""

    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE)
    session = models.CharField(max_length=32, db_index=True)
    body = models.TextField()
    author = models.CharField(max_length=7)
    created_at = models.DateTimeField()

    class Meta:
        app_label = "chat"

    def said(self) -> dict[str, str]:
        """As every path shows it."""
        created_at = self.created_at.isoformat(timespec="milliseconds").replace("+00:00", "Z")
        conversation = self.conversation.token
        return {"id": str(self.pk), "body": self.body, "created_at": created_at, "conversation": conversation}


@cable_channel_register
class WebchatChannel(CableChannel):  # type: ignore[misc]
    """Hears one conversation of its own session."""

    def __init__(
        self, consumer: ActionCableConsumer, identifier_key: str, params: dict[str, Any] | None = None
    ) -> None:
        self.consumer = consumer
        self.identifier_key = identifier_key
        self._params = params or {}

    async def subscribe(self) -> None:
        """Join the conversation's group, if it is one's own."""
        token, session = self._params.get("conversation"), self._params.get("session")
        own = Conversation.objects.filter(token=token, session=session)
        if self._params.get("id") == WEBCHAT and own.exists():
            await self.consumer.subscribe_group(str(token), self)

    async def unsubscribe(self) -> None:
        """Leave it."""
        await self.consumer.unsubscribe_group(str(self._params.get("conversation")), self)


class RefusalError(Exception):
    """A request that gets an error for an answer."""


def answering(handle: Any) -> Any:
    """A view whose refusals are answers of one word."""

    async def view(request: HttpRequest, webchat: str) -> HttpResponse:
        try:
            if webchat != WEBCHAT:
                raise RefusalError(404, "not found")
            return answer(await handle(request), 201 if request.method == "POST" else 200)
        except RefusalError as refusal:
            status, word = refusal.args
            return answer({"error": word}, status)

    return view


def answer(value: dict[str, Any], status: int) -> HttpResponse:
    """JSON that nobody keeps."""
    challenge = {"WWW-Authenticate": "Bearer"} if status == 401 else {}
    headers = {"Cache-Control": "no-store", **challenge}
    return JsonResponse(value, status=status, headers=headers, content_type="application/json; charset=utf-8")


@answering
async def sessions(_request: HttpRequest) -> dict[str, Any]:
    """Anybody may begin to chat."""
    opened = Conversation.objects.create(token=secrets.token_hex(8), session=secrets.token_hex(16))
    return {"session": opened.session, "conversation": opened.token}


@answering
async def conversations(request: HttpRequest) -> dict[str, Any]:
    """The agent moves a session to a new conversation."""
    admit_agent(request)
    current = conversation_of(text(fields(request), "session"))
    opened = Conversation.objects.create(token=secrets.token_hex(8), session=current.session)
    return {"conversation": opened.token}


@answering
async def messages(request: HttpRequest) -> dict[str, Any]:
    """Say something, or list what was said."""
    return await say(request) if request.method == "POST" else listed(request)


async def say(request: HttpRequest) -> dict[str, Any]:
    """The visitor's messages are shown by its own page; the agent's are broadcast."""
    values = fields(request)
    author = "visitor" if "session" in values else "agent"
    if author == "visitor":
        conversation = conversation_of(values["session"])
    else:
        admit_agent(request)
        found = Conversation.objects.filter(token=values.get("conversation")).first()
        conversation = found or refuse(404, "not found")
    body, given = text(values, "body"), values.get("created_at")
    message = Message.objects.create(
        conversation=conversation,
        session=conversation.session,
        body=body,
        author=author,
        created_at=timezone.now() if given is None else moment(given),
    )
    if author == "agent":
        payload = {"type": "message", **message.said()}
        event = {"type": "action_cable_message", "group": conversation.token, "message": payload}
        await get_channel_layer().group_send(conversation.token, event)
    return message.said()


def listed(request: HttpRequest) -> dict[str, Any]:
    """A page of a session's messages after one of them."""
    session, after = request.GET.get("session"), request.GET.get("after_id")
    conversation_of(session)
    found = Message.objects.filter(session=session).select_related("conversation").order_by("id")
    limit = min(number(request.GET.get("limit", str(PAGE_LIMIT)), 400, "bad request"), 1000)
    if after is not None:
        if not found.filter(pk=number(after, 404, "not found")).exists():
            raise RefusalError(404, "not found")
        found = found.filter(pk__gt=after)
    page = [*found[: limit + 1]]
    shown = [message.said() | {"from": message.author} for message in page[:limit]]
    return {"messages": shown, "next": shown[-1]["id"] if len(page) > limit else None}


def number(digits: str, status: int, word: str) -> int:
    """A number from 1 on."""
    return int(digits) if re.fullmatch(r"[1-9][0-9]{0,17}", digits) else refuse(status, word)


def moment(text: object) -> datetime:
    """A time with a zone."""
    try:
        read = datetime.fromisoformat(str(text))
    except ValueError:
        refuse(400, "bad request")
    return read.astimezone(UTC) if read.tzinfo is not None else refuse(400, "bad request")


def fields(request: HttpRequest) -> dict[str, Any]:
    """The JSON object in the body."""
    try:
        read = json.loads(request.body)
    except ValueError:
        read = None
    return read if isinstance(read, dict) else refuse(400, "bad request")


def text(values: dict[str, Any], name: str) -> str:
    """A field that is text and can be stored: half of a surrogate pair can't."""
    value = values.get(name)
    good = isinstance(value, str) and value.encode(errors="replace").decode() == value
    return value if good else refuse(400, "bad request")


def admit_agent(request: HttpRequest) -> None:
    """Nobody else."""
    borne = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if not secrets.compare_digest(borne.encode(), AGENT_TOKEN.encode()):
        raise RefusalError(401, "unauthorized")


def conversation_of(session: object) -> Conversation:
    """The one that this session is in."""
    found = Conversation.objects.filter(session=session).order_by("-id").first()
    return found or refuse(404, "not found")


def refuse(status: int, word: str) -> Any:
    """Raise a RefusalError where an expression is wanted."""
    raise RefusalError(status, word)


urlpatterns = [
    path("up", lambda _: HttpResponse(WEBCHAT)),
    path("v1/public/webchats/<webchat>/sessions", sessions),
    path("v1/public/webchats/<webchat>/conversations", conversations),
    path("v1/public/webchats/<webchat>/messages", messages),
]


def handler404(_request: HttpRequest, exception: Exception) -> HttpResponse:
    """Django calls it for a path that is nobody's."""
    return answer({"error": "not found"}, 404)


if not connection.introspection.table_names():
    with connection.schema_editor() as editor:
        editor.create_model(Conversation)
        editor.create_model(Message)

application = ProtocolTypeRouter(
    {"http": get_asgi_application(), "websocket": URLRouter([path("cable", ActionCableConsumer.as_asgi())])}
)
