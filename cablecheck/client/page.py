"""The page that a client starts from: what the server rendered into it."""

from __future__ import annotations

from dataclasses import dataclass

# rails/rails actioncable app/javascript/action_cable/connection_monitor.js, staleThreshold: two missed pings (5.0 to 8.1).
STALE_SECONDS = 6.0


@dataclass(frozen=True, slots=True)
class InitialMessage:
    """A bubble that was there when the page was loaded. `created_at` is kept as written."""

    id: str
    created_at: str | None = None
    body: str = ""
    visitor: bool = False


@dataclass(frozen=True, slots=True)
class Page:
    """Where the widget is and what it was rendered with.

    The server's HTML is the target's business, so three things about it can be told: whether the message template carries the class
    that makes a bubble count as persisted (`template_class`; then the visitor's own bubbles count too), and whether the initial
    bubbles carry that class and their time. `local_offset_minutes` is the browser's time zone, for times written without one.
    `next_page` is the page of older messages that a scroll to the head asks for, None when there is none. `stale_seconds`: how long
    the cable may say nothing before a client with a rule for it gives it up; Rails pings every 3 s and waits for two of them.
    """

    webchat: str
    session: str
    conversation: str
    initial: tuple[InitialMessage, ...] = ()
    template_class: bool = False
    initial_class: bool = True
    initial_created_at: bool = True
    local_offset_minutes: int = 0
    next_page: int | None = None
    stale_seconds: float = STALE_SECONDS
