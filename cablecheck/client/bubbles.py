"""What a client does in its own page, as the history tells it: its bubbles, and what its code throws."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from cablecheck import history
from cablecheck.client import signals
from cablecheck.history import digest, mark_in


def _shown(at: float, client: str, show: signals.Show) -> history.Shown:
    return history.Shown(
        at, client, show.node, show.after, show.source, show.id, mark_in(show.body), digest(show.body),
        show.socket, show.fetch,
    )  # fmt: skip


def _identified(at: float, client: str, action: signals.Identify) -> history.Identified:
    return history.Identified(at, client, action.node, action.id)


def _failed(at: float, client: str, action: signals.MarkFailed) -> history.MarkedFailed:
    return history.MarkedFailed(at, client, action.node)


def _moved(at: float, client: str, action: signals.Move) -> history.Moved:
    return history.Moved(at, client, action.node, action.after)


def _raised(at: float, client: str, action: signals.Raise) -> history.Raised:
    return history.Raised(at, client, action.error)


BUBBLES: dict[type[signals.ClientAction], Callable[[float, str, Any], history.Event]] = {
    signals.Show: _shown,
    signals.Identify: _identified,
    signals.MarkFailed: _failed,
    signals.Move: _moved,
    signals.Raise: _raised,
}
