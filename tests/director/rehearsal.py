"""A stage without a world: the director's orders are performed by hand, in virtual time."""

from __future__ import annotations

from collections import deque

from cablecheck import history
from cablecheck.director import Director, orders
from cablecheck.history import Event, marked
from cablecheck.scenario.model import VERBS, Placed, Scenario

NONCE = "abc123"
IDENTIFIER = '{"channel":"WebchatChannel","id":"w","session":"s","conversation":"c"}'


def step(verb: str, **fields: object) -> Placed:
    return Placed(verb, VERBS[verb](**fields))


def story(*steps: Placed, clients: int = 1, conversations: int = 1, deadline: float = 10) -> Scenario:
    return Scenario(
        name="told",
        story="",
        steps=steps,
        clients=clients,
        conversations=conversations,
        deadline=deadline,  # type: ignore[arg-type]
    )


class Rehearsal:
    """Performs orders: pages confirm at once, publishes are acknowledged at once, unless told otherwise."""

    def __init__(
        self,
        scenario: Scenario,
        *,
        confirms: bool = True,
        acknowledges: bool = True,
        pages: bool = True,
        prompt: bool = True,
    ) -> None:
        self.now = 0.0
        self.director = Director(scenario, NONCE, prompt=prompt)
        self.confirms = confirms
        self.acknowledges = acknowledges
        self.pages = pages
        self.given: list[orders.Order] = []
        self.events: list[Event] = []
        self.alarm: float | None = None
        self.finished = False
        self._pending: deque[Event] = deque()
        self._perform(self.director.begin(self.now))
        self._drain()

    def tell(self, *events: Event) -> None:
        """These were recorded in one breath."""
        self._pending.extend(events)
        self._drain()

    def run_until(self, at: float) -> None:
        """Let virtual time pass, ringing the alarms that fall due."""
        while self.alarm is not None and self.alarm <= at and not self.finished:
            self.now, self.alarm = max(self.now, self.alarm), None
            self._perform(self.director.woke(self.now))
            self._drain()
        self.now = max(self.now, at)

    def steps(self) -> list[str]:
        return [event.verb for event in self.events if isinstance(event, history.StepBegan)]

    def endings(self) -> dict[int, str]:
        return {event.step: event.ended for event in self.events if isinstance(event, history.StepEnded)}

    def ordered(self, kind: type[orders.Order]) -> list[orders.Order]:
        return [order for order in self.given if isinstance(order, kind)]

    def _drain(self) -> None:
        while self._pending:
            news = tuple(self._pending)
            self._pending.clear()
            self.events.extend(news)
            self._perform(self.director.handle(news, self.now))

    def _perform(self, given: list[orders.Order]) -> None:
        for order in given:
            self.given.append(order)
            self._answer(order)

    def _answer(self, order: orders.Order) -> None:
        match order:
            case orders.Note(event=event):
                self._pending.append(event)
            case orders.Alarm(at=at):
                self.alarm = at
            case orders.Finish():
                self.finished = True
            case orders.OpenPage(client=client):
                self._pending.append(history.Connecting(self.now, client, 1))
                if self.confirms:
                    self._pending.extend(opened(client, self.now))
            case orders.Visit(client=client, act=act, label=label) if self.pages:
                self._pending.append(history.VisitorActed(self.now, client, act, label))
            case orders.Deploy(fault=fault):
                self._pending.append(history.DeployBegan(self.now, fault, "./deploy.sh"))
            case orders.Publish(label=label, probe=probe, room=room):
                mark = marked(NONCE, label)
                self._pending.append(history.PublishInvoked(self.now, label, mark, probe=probe, room=room))
                if self.acknowledges:
                    self._pending.append(history.PublishAcknowledged(self.now, label, f"id-{label}"))
            case _:
                pass


def opened(client: str, at: float, socket: int = 1) -> list[Event]:
    return [
        history.Opened(at, client, socket),
        history.Sent(at, client, socket, "subscribe", IDENTIFIER),
        history.Received(at, client, socket, "confirm", IDENTIFIER),
    ]


def shown(client: str, label: str, at: float, node: int = 1) -> Event:
    return history.Shown(at, client, node, 0, "socket", f"id-{label}", marked(NONCE, label))
