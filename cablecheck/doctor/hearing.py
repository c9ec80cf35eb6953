"""What comes on the sockets: the first message, all of them, and those said just when a second socket was confirmed."""

from __future__ import annotations

from cablecheck.cable.frames import Confirm, Message
from cablecheck.doctor.diagnosis import Diagnosis, breach, ok, unexamined, warning
from cablecheck.doctor.ear import Ear
from cablecheck.doctor.paths import misread
from cablecheck.doctor.visit import Said, Visit
from cablecheck.report.visible import counted, listed, shortened

_ARRIVE_SECONDS = 4.0
_MOST_QUOTED = 40


async def live(visit: Visit) -> Diagnosis:
    """The first message comes on the socket, is taken for a message, and has its id and body where the file says."""
    first = visit.first
    ear, said = first.ear, first.said["m1"]
    assert ear is not None, "the socket was opened"
    came = await ear.until(lambda: ear.said(said.mark), _ARRIVE_SECONDS)
    if came is None:
        strange = f"; {counted(len(ear.strange()), 'frame')} came that are none" if ear.strange() else ""
        if ear.end():
            return unexamined(f"the socket ended instead: {ear.end()}", "see the server's log")
        fact = f"accepted, and not on the socket within {_ARRIVE_SECONDS:g} s{strange}"
        remedy = (
            "see that the channel streams from what is broadcast to, and that all processes share one adapter: "
            "with `async` each hears itself alone; and that a confirmation comes only once the stream is attached"
        )
        return breach(fact, remedy)
    frame = came.frame
    assert isinstance(frame, Message), "only a broadcast has a mark"
    return misread(visit.first.place.wire, frame.message, said) or ok(
        "it came, and select and paths are right"
    )


async def confirmation(visit: Visit) -> Diagnosis:
    """A second socket: m2 is published before its subscription is confirmed, m3 right after. A confirmation must mean that m3 comes."""
    ear = visit.open(visit.first.place)
    try:
        if await ear.until(ear.greeted, visit.patience) is None:
            fact = f"a second socket gets no welcome; {ear.end()}".rstrip("; ")
            return breach(fact, "see the server's log: a client that comes back may be left standing")
        return await _confirmed(visit, ear)
    finally:
        ear.leave()


async def _confirmed(visit: Visit, ear: Ear) -> Diagnosis:
    first = visit.first
    ear.subscribe(first.identifier)
    m2 = await visit.say(first, "m2")
    came = await ear.until(lambda: ear.told_of(first.identifier), visit.patience)
    if came is None or not isinstance(came.frame, Confirm):
        fact = "a second subscription to the same stream is not confirmed"
        return breach(fact, "see the server's log: a client that comes back may wait for ever")
    m3 = await visit.say(first, "m3")
    if m3.posted.outcome != "ok" and m3.answer is not None:
        fact = f"publishing m3 gave {m3.answer.status}"
        return unexamined(fact, "see the target's log: the first message was accepted")
    if await ear.until(lambda: ear.said(m3.mark), _ARRIVE_SECONDS) is None:
        remedy = (
            "it confirms before it listens (Rails' postgresql adapter does, for a second socket), or not every process hears; "
            "let clients read the list once more after a confirmation, as hardened does"
        )
        return breach("m3, published after the confirmation, never came to that socket", remedy)
    if ear.said(first.said["m1"].mark) is not None:
        fact = "m1, published long before it subscribed, came too: what was said last is sent again"
        return warning(fact, "a client must know messages by their ids, else it shows them twice")
    early = ear.said(m2.mark)
    if early is None:
        return ok("m3, published right after it, came")
    when = "before" if ear.arrived.index(early) < ear.arrived.index(came) else "after"
    return ok(f"m3, published right after it, came; m2, published while it was asked for, came {when} it")


async def every_message(visit: Visit) -> Diagnosis:
    """All that was published came on the first socket, each once."""
    first = visit.first
    ear = first.ear
    assert ear is not None, "the socket was opened"
    stored = first.stored()
    await ear.until(lambda: all(map(ear.said, (said.mark for said in stored))) or None, _ARRIVE_SECONDS)
    missing = [said.label for said in stored if ear.said(said.mark) is None]
    twice = [said.label for said in stored if len(ear.with_mark(said.mark)) > 1]
    if missing:
        fact = f"{listed(missing)} of {len(stored)} never came to a socket that was subscribed all the time"
        remedy = "see how broadcasts are shared between processes, and whether something limits, folds or drops them"
        return breach(fact, remedy)
    if twice:
        remedy = "see what broadcasts twice; a client must know messages by their ids"
        return warning(f"{listed(twice)} came more than once", remedy)
    if strange := ear.strange():
        quoted = f"{shortened(strange[0].text, _MOST_QUOTED)} ({strange[0].reason})"
        fact = f"all {len(stored)} came, and with them {counted(len(strange), 'frame')} of no known kind: {quoted}"
        return warning(fact, "see who sends that: a client that parses without care stops at it")
    labels = [said.label for said in sorted(stored, key=lambda said: _arrival(ear, said))]
    in_order = labels == [said.label for said in stored]
    return ok(
        f"all {len(stored)} came once, {'in order' if in_order else f'as {listed(labels)}, which Rails may do'}"
    )


def _arrival(ear: Ear, said: Said) -> int:
    came = ear.said(said.mark)
    assert came is not None, "all came"
    return ear.arrived.index(came)
