"""A hardened page under test, and small words for what is done with it."""

from typing import Any
from urllib.parse import parse_qs, urlsplit

from cablecheck.cable import frames
from cablecheck.client import signals
from cablecheck.client.profiles import HARDENED, Rule
from cablecheck.client.signals import ClientAction
from tests.client.acting import NOON, Acting, item


class Living(Acting):
    """A client with a clock that stands still unless told; its ids are what the page came with."""

    def __init__(self, *ids: str, without: Rule | None = None, **more: Any) -> None:
        super().__init__(*ids, profile=HARDENED if without is None else HARDENED.without(without), **more)

    def welcomed(self, socket: int = 1) -> list[ClientAction]:
        """The socket opens and is greeted."""
        return self.opened(socket) + self.say(frames.welcome(), socket)

    def subscribed(self, socket: int = 1) -> list[ClientAction]:
        """The socket opens, is greeted, and the subscription is confirmed."""
        return self.welcomed(socket) + self.confirm(socket)

    def return_after(self, socket: int) -> list[ClientAction]:
        """Socket `socket` is lost, the next one is confirmed: what the confirmation causes."""
        self.closed(socket)
        self.ring()
        self.welcomed(socket + 1)
        return self.confirm(socket + 1)

    def hear(self, id_: object, at: Any = None, socket: int = 1, **more: object) -> list[ClientAction]:
        """A broadcast of a message arrives; `at` is its second after noon, or its created_at."""
        message: dict[str, object] = {"type": "message", "id": id_, "body": f"<p>{id_}</p>"}
        if at is not None:
            message["created_at"] = NOON.format(at) if isinstance(at, int) else at
        return self.say(frames.message(self.client.identifier, message | more), socket)

    def page(self, fetch: int, *messages: object) -> list[ClientAction]:
        """The answer to a read."""
        return self.tell(signals.Answered(fetch, 200, {"messages": list(messages), "next": None}))

    def read(self, fetch: int, ids: str) -> list[ClientAction]:
        """The answer to a read: `m3@4` is the message m3 of 4 seconds after noon."""
        return self.page(fetch, *map(listed, ids.split()))


def listed(word: str) -> dict[str, object]:
    """A message as the list has it; without a time its number is its second."""
    id_, _, at = word.partition("@")
    return item(id_, int(at or id_[1:]))


def living(*ids: str, **more: Any) -> Living:
    """A page whose first socket is confirmed, and whose first two reads brought nothing new."""
    page = Living(*ids, **more)
    page.subscribed()
    page.page(1)
    if page.ring("read"):
        page.page(2)
    return page


def read_from(actions: list[ClientAction]) -> list[str | None]:
    """After which ids it reads."""
    asked = [each for each in actions if isinstance(each, signals.Fetch) and each.catch_up]
    return [parse_qs(urlsplit(each.path).query).get("after_id", [None])[0] for each in asked]


def timers(actions: list[ClientAction]) -> dict[str, tuple[int, bool]]:
    """The timers that were set: milliseconds, and whether nobody waits for them."""
    return {
        str(each.name): (each.milliseconds, each.watch)
        for each in actions
        if isinstance(each, signals.SetTimer)
    }


def moves(actions: list[ClientAction]) -> list[tuple[int, int]]:
    """Which bubble went behind which."""
    return [(each.node, each.after) for each in actions if isinstance(each, signals.Move)]
