from __future__ import annotations

from cablecheck.chat.hub import Hub
from cablecheck.chat.signals import Attach, Broadcast, Detach, Transmit

A = Attach(1, "{}", "c1")


def test_what_was_never_attached_may_be_detached() -> None:
    hub = Hub()
    hub.detach(Detach(1))
    hub.detach(Detach(1, "{}"))
    hub.attach(A)
    hub.detach(Detach(1, "{ }"))
    hub.detach(Detach(2))
    assert hub.transmissions(Broadcast("c1", 0)) == [Transmit(1, '{"identifier":"{}","message":0}')]


def test_a_socket_leaves_all_its_conversations_at_once() -> None:
    hub = Hub()
    for attach in (A, Attach(1, "[]", "c2"), Attach(2, "{}", "c1")):
        hub.attach(attach)
    hub.detach(Detach(1))
    assert [t.socket for t in hub.transmissions(Broadcast("c1", 0))] == [2]
    assert hub.transmissions(Broadcast("c2", 0)) == []


def test_frames_go_out_in_the_order_of_attachment() -> None:
    hub = Hub()
    for socket in (3, 1, 2):
        hub.attach(Attach(socket, "{}", "c1"))
    assert [t.socket for t in hub.transmissions(Broadcast("c1", None))] == [3, 1, 2]
