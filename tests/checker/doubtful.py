"""Hand-written runs that must not be verified though nothing was lost, each with its reason; and some that must be."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from cablecheck.cable.subprotocols import V1_JSON
from cablecheck.history import (
    Armed,
    ClosingBegan,
    Connecting,
    DeployBegan,
    DeployEnded,
    Event,
    FetchEnded,
    FetchSent,
    Fired,
    Healed,
    Opened,
    PublishAcknowledged,
    PublishInvoked,
    PublishUnknown,
    Released,
    RunBegan,
    RunEnded,
    ServerStarted,
    ServerStopped,
    Shown,
    StepBegan,
    StepEnded,
    Tampered,
    TimelineRead,
    TruthRead,
    digest,
    mark_in,
)
from cablecheck.truth import Truth
from tests.checker.faulty import Faulty, finished
from tests.checker.tale import Tale, body_of, id_of, instead, told, truth_of, without

Run = tuple[list[Event], Truth | None]
MARKED = "[cc:abc:m1]"
GOOD = "m1 +m1 m2 +m2"
WORDS = "m1 m2"


def good() -> tuple[list[Event], Truth]:
    """A run that is verified."""
    return told(GOOD, WORDS)


def changed(*kinds: type[Event], **fields: Any) -> Run:
    """The good run without some events, or with others in their place."""
    events, truth = good()
    return (instead(events, kinds[0], **fields) if fields else without(events, *kinds)), truth


def _nobody_of_many() -> Run:
    tale = Tale(tuple(f"c{number}" for number in range(1, 8))).say("m1")
    for client in tale.clients:
        tale.say("+m1", client)
    truth = truth_of("m1 p1 p2")
    return without(tale.say("|").end(truth=truth).events, TimelineRead), truth


def _unmet() -> Run:
    tale = (
        Tale()
        .say("m1 +m1")
        .add(StepBegan, 4, "await")
        .add(StepEnded, 4, "unmet", "m9 was not shown within 5 s")
    )
    truth = truth_of("m1 p1 p2")
    return tale.say("|").end(truth=truth).events, truth


def _told(*ended: int) -> Run:
    """A good run of a story with three steps, of which these came to their end."""
    events, truth = changed(RunBegan, steps=3)
    at = next(index for index, event in enumerate(events) if isinstance(event, ClosingBegan))
    steps = [each for step in ended for each in (StepBegan(0.0, step, "publish"), StepEnded(0.0, step))]
    return [*events[:at], StepBegan(0.0, 2, "cut"), *steps, *events[at:]], truth


def _flawed(*touched: str) -> Run:
    """A good run of a chat with two defects, of which these have changed something."""
    events, truth = changed(RunBegan, defects=("page-cap", "muted-stream"))
    return instead(events, TruthRead, touched=touched), truth


def _failed() -> Run:
    tale = Tale().say("m1 +m1").add(StepEnded, 2, "failed")
    truth = truth_of("m1 p1 p2")
    return tale.say("|").end(truth=truth).events, truth


def _crashed(note: str) -> Run:
    return [*changed(RunEnded)[0], RunEnded(99.0, "crashed", note)], None


def _cut_short(ended: Any) -> Run:
    truth = truth_of("m1 p1 p2")
    tale = Tale().say("m1 +m1 |").end(truth=truth)
    return [*tale.events[:-1], RunEnded(9.0, ended, "10 s were over")], truth


def _truth(words: str, **named: Any) -> Run:
    return told(GOOD, words, **named)


def _two_clients(reads: str) -> Run:
    truth = truth_of("m1")
    tale = Tale(("c1", "c2")).say("m1 +m1").say("+m1", "c2").say("|").ask(*reads.split())
    return tale.add(RunEnded, "complete").events, truth


def _asked_before(script: str) -> Run:
    """m2 is known to be stored only after the client was asked; the last acknowledgement is older."""
    truth = truth_of("m1 m2 p1" if "p1" in script else "m1 m2")
    tale = Tale().say("m1 +m1 |").ask().say(script)
    return tale.add(RunEnded, "complete").events, truth


def _probe(script: str, words: str) -> Run:
    truth = truth_of(words)
    tale = Tale().say("m1 +m1 |").say(script).ask().add(RunEnded, "complete")
    return tale.events, truth


def _closing_cut(before: str, after: str) -> Run:
    """The closing protocol cuts the client off between its probes, and the client never comes back."""
    truth = truth_of("m1 p1 p2")
    tale = Tale().say("m1 +m1 |").say(before).add(Armed, "z", "cut", 9, None, "how: fin", True)
    tale.add(Fired, "z", "cut", "c1", 1).say(after).ask().add(RunEnded, "complete")
    return tale.events, truth


def _no_client() -> Run:
    truth = truth_of("")
    return Tale(()).say("|").add(TruthRead, 0, True).add(RunEnded, "complete").events, truth


def _with(*extra: Event) -> Run:
    """The good run with more events after its story."""
    events, truth = good()
    at = next(index for index, event in enumerate(events) if isinstance(event, ClosingBegan))
    return [*events[:at], *extra, *events[at:]], truth


def _faulty(tell: Callable[[Faulty], Any]) -> Run:
    tale = Faulty()
    tell(tale)
    return finished(tale)


def _cut_by_closing(tale: Faulty) -> None:
    """The cut does nothing; the closing protocol's own cut ends the socket in the same way."""
    tale.arm("cut", "how: fin").fire(socket=1).say("m2 +m2 |")
    tale.verbs["g"] = "cut"
    tale.add(Armed, "g", "cut", 9, None, "how: fin", True).fire(socket=1, fault="g").lose("fin").back()


def _cut_by_another(tale: Faulty) -> None:
    tale.arm("cut", "how: fin").fire(socket=1).say("m2 +m2")
    tale.arm("cut", "how: fin", "g").fire(socket=1, fault="g").lose("fin").say("m3").back("m3")


def _hold(seconds: float, what: str = "message") -> Callable[[Faulty], Any]:
    def tell(tale: Faulty) -> Any:
        tale.arm("hold", f"what: {what}").say("m2").on_message("m2").wait(seconds - 0.1).add(Healed, "f")
        return tale.say("+m2")

    return tell


def _drop_and_die(tale: Faulty) -> None:
    tale.arm("drop", "what: message").say("m2").on_message("m2").wait(-0.1).lose("fin").back("m2")


def _slow_target(tale: Faulty) -> None:
    """Messages take half a second to be acknowledged, and what was held 200 ms comes when it is released."""
    for label in ("m2", "m3", "m4", "m5", "m6"):
        tale.add(PublishInvoked, label, mark_in(body_of(label))).wait(0.5)
        tale.add(PublishAcknowledged, label, id_of(label)).say(f"+{label}")
    tale.arm("hold", "what: message").say("m7").on_message("m7").wait(0.1).add(Healed, "f").say("+m7")


def _narrow_to_a_slow_target(tale: Faulty) -> None:
    """Messages take half a second to be acknowledged, and one that had to wait 200 ms on a narrow line comes then."""
    for label in ("m2", "m3", "m4", "m5", "m6"):
        tale.add(PublishInvoked, label, mark_in(body_of(label))).wait(0.5)
        tale.add(PublishAcknowledged, label, id_of(label)).say(f"+{label}")
    tale.arm("throttle", "rate: 9KB/s").say("m7").on_message("m7", detail="late: 200ms").wait(0.2).say("+m7")


def _held_elsewhere(tale: Faulty) -> None:
    """What is held for another client is released; this client's is not, but its socket goes."""
    tale.arm("hold", "what: message").say("m2").on_message("m2").add(Released, "f", "c2").wait(1)
    tale.lose("rst").back("m2")


def _perform(verb: str, **touched: Any) -> Callable[[Faulty], Any]:
    def tell(tale: Faulty) -> Any:
        tale.arm(verb, "what: perform, delay: 1s").fire(socket=1, kind="message", digest="d", **touched)
        return tale.say("m2 +m2").wait(2).add(Healed, "f")

    return tell


def _latency(delay: str, seconds: float) -> Callable[[Faulty], Any]:
    def tell(tale: Faulty) -> Any:
        tale.arm("latency", f"delay: {delay}").say("m2").on_message("m2").wait(seconds)
        return tale.say("+m2")

    return tell


def _fire(verb: str, detail: str = "", **touched: Any) -> Callable[[Faulty], Any]:
    return lambda tale: tale.arm(verb, detail).fire(**touched).say("m2 +m2").wait(1)


def _quiet_cut(*between: str) -> Callable[[Faulty], Any]:
    def tell(tale: Faulty) -> Any:
        tale.arm("cut", "how: rst").fire(socket=1).lose("rst")
        for script in between:
            tale.say(script)
        return tale.connect(2).say("m2 +m2")

    return tell


def _restart(*when: str) -> Callable[[Faulty], Any]:
    """A restart that journals more or less than a real one does."""

    def tell(tale: Faulty) -> Any:
        tale.arm("restart", "signal: KILL").fire(socket=1, detail="KILL").say("m2")
        for word in when:
            match word:
                case "stop":
                    tale.add(ServerStopped, "KILL")
                case "start":
                    tale.add(ServerStarted)
                case "lost":
                    tale.lose("fin")
                case "ours":
                    tale.lose("local")
        return tale.back("m2")

    return tell


def _deployed(how: str = "exited", code: int | None = 0, reason: str = "", **said: Any) -> Callable[[], Run]:
    """A deploy that ends this way, and ends the client's connection."""

    def tell(tale: Faulty) -> Any:
        tale.arm("deploy", "command: x").fire(socket=1)
        if how != "unstarted":
            tale.add(DeployBegan, "f", "x").lose("fin").say("m2").back("m2")
        else:
            tale.say("m2 +m2")
        return tale.add(DeployEnded, "f", how, code, reason, **said)

    return lambda: _faulty(tell)


def _idle_deploy(tale: Faulty) -> Any:
    """The client was away for a moment, in which nothing was said."""
    tale.arm("deploy", "command: x").fire(socket=1).add(DeployBegan, "f", "x").lose("fin").back()
    return tale.add(DeployEnded, "f", "exited", 0).say("m2 +m2")


def _deploy_beside(verb: str, detail: str, *, refused: bool = False) -> Callable[[Faulty], Any]:
    """Another fault ended the connection, or kept it from opening."""

    def tell(tale: Faulty) -> Any:
        tale.arm(verb, detail, "g").arm("deploy", "command: x").fire(socket=1).add(DeployBegan, "f", "x")
        if not refused:
            tale.fire(socket=1, fault="g").lose("rst").say("m2")
            return tale.back("m2").add(DeployEnded, "f", "exited", 0)
        tale.say("m2 +m2").add(Connecting, "c1", 2).fire(socket=2, fault="g").lose("refused", 2)
        return tale.back(socket=3).add(DeployEnded, "f", "exited", 0)

    return tell


def _first_of_two_deploys(tale: Faulty) -> Any:
    """The second one ended the connection."""
    tale.arm("deploy", "command: x").fire(socket=1).add(DeployBegan, "f", "x").add(
        DeployEnded, "f", "exited", 0
    )
    tale.arm("deploy", "command: x", "g").fire(socket=1, fault="g").add(DeployBegan, "g", "x").lose("fin")
    return tale.say("m2").back("m2").add(DeployEnded, "g", "exited", 0)


def _refused(how: str, ended: str, opened: bool = False) -> Callable[[Faulty], Any]:
    def tell(tale: Faulty) -> Any:
        tale.arm("refuse", f"how: {how}").gap("m2").add(Connecting, "c1", 2).fire(socket=2)
        if opened:
            tale.subscribe(2)
        return tale.lose(ended, 2, status=404 if ended == "rejected" else None).back("m2", socket=3)

    return tell


def _posted(tale: Faulty) -> None:
    """The POST of the visitor's own message is refused while another's message is missing: no catch-up, nothing at stake."""
    tale.arm("refuse", "how: port, what: rest").gap("m2").add(FetchSent, "c1", 1, "POST", "/messages")
    tale.fire(fetch=1).add(FetchEnded, "c1", 1, error="refused").back("m2")


def _own_only(tale: Faulty) -> None:
    tale.arm("cut", "how: rst").fire(socket=1).lose("rst").say("own:m2").publish("m2", by="c1").back()


def _repeated_once(tale: Faulty) -> None:
    tale.arm("repeat", "what: message, times: 2").say("m2").on_message("m2").say("+m2 >m2")


def _gone(tale: Faulty) -> None:
    """A drop that is followed by the frame itself, late."""
    tale.arm("drop", "what: message").say("m2").on_message("m2").wait(2).say("+m2")


_STRIPPED = "no socket opened without the subprotocol that others were given"


def _stripped(
    *, offers: bool = True, given: str | None = None, known: bool = True
) -> Callable[[Faulty], Any]:
    """A client that stays on a socket which opens without a subprotocol."""

    def tell(tale: Faulty) -> Any:
        tale.lose("fin").offer(2, V1_JSON if known else None).confirm(2).arm("strip").lose("fin", 2).say("m2")
        tale.add(Connecting, "c1", 3, (V1_JSON,) if offers else ()).fire(socket=3, detail=V1_JSON)
        return tale.add(Opened, "c1", 3, given).confirm(3).caught_up("m2")

    return tell


def _stripped_too_early(tale: Faulty) -> Any:
    tale.lose("fin").offer(2, None).confirm(2).arm("strip").fire(socket=2, detail=V1_JSON).lose("fin", 2)
    return tale.say("m2").offer(3).confirm(3).caught_up("m2")


REASONS: dict[str, tuple[Callable[[], Run], str]] = {
    "no beginning": (lambda: changed(RunBegan), "the history has no beginning, so nothing says what was run"),
    "no end": (lambda: changed(RunEnded), "the run was cut short: its history breaks off at"),
    "an empty history": (lambda: ([], None), "the history has no beginning"),
    "a deadline": (lambda: _cut_short("deadline"), "the run did not come to its end (deadline: 10 s were over)"),
    "interrupted": (lambda: _cut_short("interrupted"), "the run did not come to its end (interrupted"),
    "no closing": (lambda: changed(ClosingBegan), "the story did not end, so its closing protocol never began"),
    "an unmet await": (_unmet, "step 4 (await) waited in vain: m9 was not shown within 5 s"),
    "a step that was never played": (
        lambda: _told(1, 2),
        "1 of the story's 3 steps were not played to their end, the first of them step 3",
    ),
    "a step that never ended": (lambda: _told(1, 3), "the first of them step 2"),
    "a failed step": (_failed, "step 2 failed"),
    "no truth": (lambda: (good()[0], None), "the target's own list was never read, so nobody knows what it stored"),
    "half a truth": (
        lambda: _truth(WORDS, complete=False, reason="page 2 was answered with 500"),
        "the target's own list was not read to its end (page 2 was answered with 500)",
    ),
    "half a truth, no reason": (lambda: _truth(WORDS, complete=False), "not read to its end (nobody says why)"),
    "another run's truth": (
        lambda: changed(TruthRead, messages=7),
        "the truth is not the one that the run read: 4 messages, the history says 7",
    ),
    "a truth that was cut later": (lambda: changed(TruthRead, complete=False), "the truth is not the one that"),
    "nothing stored": (lambda: told("m1? |", ""), "no message of the story was stored, so nothing was at stake"),
    "nothing but others' messages": (lambda: told("+x1 |", "x1"), "no message of the story was stored"),
    "somebody else's message": (
        lambda: told("m1 +m1 |", "x1 m1"),
        "c1 doesn't show x1, which the target holds and nobody of this run posted",
    ),
    "many messages of others": (
        lambda: told("m1 +m1 |", "x1 x2 m1 x3 x4 x5 x6"),
        "c1 doesn't show x1, x2, x3, x4, x5 and more, which the target holds",
    ),
    "a defect that changed nothing": (
        lambda: _flawed("page-cap"),
        "defect muted-stream was switched on, and changed nothing",
    ),
    "no client": (_no_client, "the run had no client"),
    "nobody asked": (lambda: changed(TimelineRead), "c1 could not be asked at the end what it shows"),
    "many not asked": (_nobody_of_many, "c1, c2, c3, c4, c5 and 2 more could not be asked at the end what they show"),
    "one of two not asked": (lambda: _two_clients("c1"), "c2 could not be asked at the end what it shows"),
    "asked before the end": (
        lambda: (without(Tale().say("m1 +m1").ask().say("|").add(RunEnded, "complete").events), truth_of("m1")),
        "c1 could not be asked at the end what it shows",
    ),
    "asked too early": (lambda: _asked_before("m2"), "c1 was not asked again after it was known that m2 had been stored"),
    "asked before many": (
        lambda: (
            Tale().say("|").ask().say("m1 m2 m3 m4 m5 m6").add(RunEnded, "complete").events,
            truth_of("m1 m2 m3 m4 m5 m6"),
        ),
        "that m1, m2, m3, m4, m5 and more had been stored",
    ),
    "a lost probe": (lambda: _probe("p1 +p1 p2", "m1 p1 p2"), "probe p2 was lost at c1: stored at"),
    "a probe lost before the closing cut": (lambda: _closing_cut("p1", "p2 +p2"), "probe p1 was lost at c1: stored"),
    "a probe shown twice after the closing cut": (
        lambda: _closing_cut("p1 +p1", "p2 +p2 +p2"),
        "probe p2 was duplicated at c1",
    ),
    "a probe shown twice": (lambda: _probe("p1 +p1 +p1", "m1 p1"), "probe p1 was duplicated at c1: shown as bubble 2"),
    "probes out of order": (lambda: _probe("p1 p2 +p2 +p1", "m1 p1 p2"), "probe p2 was misordered at c1"),
    "a probe that is not stored": (lambda: _probe("p1", "m1"), "probe p1 was unstored: acknowledged"),
    "a probe that nobody knows of": (lambda: _probe("p1?", "m1"), "probe p1 was not stored for certain (timeout)"),
    "a probe without an answer": (
        lambda: (without(_probe("p1?", "m1")[0], PublishUnknown), truth_of("m1")),
        "probe p1 was not stored for certain (no answer)",
    ),
    "a ledger that lacks what nobody acknowledged": (
        lambda: told("m1 +m1 m2? +m2", "m1", source="ledger"),
        "whether m2 was stored nobody knows: the truth is the publisher's own ledger",
    ),
    "a fault that never fired": (
        lambda: _with(Armed(1.0, "f", "hold", 1, None, "what: reject")),
        "fault f (step 1, hold): it was armed, and what it waited for never came",
    ),
    "a fault that was never armed": (
        lambda: _with(StepBegan(1.0, 3, "cut")),
        "fault cut-3 (step 3, cut): its step began, and it was never armed",
    ),
    "a fault that this version doesn't know": (
        lambda: _with(Armed(1.0, "f", "teleport", 1), Fired(1.0, "f", "teleport", "c1", 1)),
        "fault f (step 1, teleport): this version doesn't know how it would be felt",
    ),
    "a fault at a client that never was": (
        lambda: _with(Armed(1.0, "f", "cut", 1), Fired(1.0, "f", "cut", "c9", 1)),
        "fault f (step 1, cut): it fired, and the client never felt it: the socket does not end as it was cut",
    ),
    "a cut without anything at stake": (
        lambda: _faulty(_quiet_cut()),
        "fault f (step 1, cut): it was felt, and no message of the story was at stake",
    ),
    "a cut with only a probe at stake": (lambda: _faulty(_quiet_cut("p7")), "no message of the story was at stake"),
    "a cut with only an own message at stake": (lambda: _faulty(_own_only), "no message of the story was at stake"),
    "a refused POST": (lambda: _faulty(_posted), "no message of the story was at stake"),
    "a cut that the closing protocol did": (lambda: _faulty(_cut_by_closing), "the socket does not end as it was cut"),
    "a cut that another cut did": (lambda: _faulty(_cut_by_another), "fault f (step 1, cut): it fired, and the client"),
    "a cut of another kind": (
        lambda: _faulty(lambda t: t.arm("cut", "how: rst").fire(socket=1).gap("m2").back("m2")),
        "the socket does not end as it was cut",
    ),
    "a cut of no socket": (lambda: _faulty(_fire("cut", "how: rst")), "the socket does not end as it was cut"),
    "a truncation of no socket": (
        lambda: _faulty(_fire("truncate", "what: message", kind="message", digest="d")),
        "what was cut in the middle was received, or its socket was not reset",
    ),
    "a truncation of a socket that lives on": (
        lambda: _faulty(_fire("truncate", "what: message", socket=1, kind="message", digest="d")),
        "what was cut in the middle was received, or its socket was not reset",
    ),
    "a restart of no socket": (lambda: _faulty(_fire("restart")), "the server was not seen to stop"),
    "a restart that nobody saw": (lambda: _faulty(_restart("lost")), "the server was not seen to stop"),
    "a restart without a lost socket": (lambda: _faulty(_restart("stop", "start", "lost")), "or no socket ended with it"),
    "a restart with a socket of our own ending": (lambda: _faulty(_restart("stop", "ours", "start")), "or no socket ended"),
    "a restart at which nobody knocks": (
        lambda: _faulty(lambda t: t.gap("m2").arm("restart").fire().add(ServerStopped, "KILL").add(ServerStarted).back("m2")),
        "or was kept out",
    ),
    "a deploy that fails": (
        _deployed(code=3, log="deploy-2.log", last_words="no such image"),
        "the deploy itself failed: f ended with exit code 3 ('no such image'); see deploy-2.log",
    ),
    "a deploy that a signal ends": (
        _deployed("signalled", None, "SIGSEGV"), "the deploy itself failed: f was ended by SIGSEGV"
    ),
    "a deploy that takes too long": (
        _deployed("late", None, "by SIGKILL"), "the deploy itself failed: f did not end in time and was killed by SIGKILL"
    ),
    "a deploy that is asked to end, and does": (
        _deployed("late", None), "the deploy itself failed: f did not end in time and was killed"
    ),
    "a deploy that can't be started": (
        _deployed("unstarted", None, "No such file or directory"),
        "the deploy itself failed: f could not be started: No such file or directory",
    ),
    "a deploy that was not let end": (
        _deployed("interrupted", None), "the deploy itself failed: f was killed when the run was over"
    ),
    "a deploy that never began": (
        lambda: _faulty(lambda t: t.arm("deploy").fire(socket=1).gap("m2").back("m2")), "the deploy ended no connection"
    ),
    "a deploy while which nothing was said": (lambda: _faulty(_idle_deploy), "no message was stored while a client was away"),
    "a deploy beside a cut": (lambda: _faulty(_deploy_beside("cut", "how: rst")), "the deploy ended no connection"),
    "a deploy beside a refusal": (
        lambda: _faulty(_deploy_beside("refuse", "how: port", refused=True)), "the deploy ended no connection"
    ),
    "a deploy before another": (lambda: _faulty(_first_of_two_deploys), "fault f (step 1, deploy): the deploy ended no"),
    "a refusal of no socket": (lambda: _faulty(_fire("refuse", "how: port")), "no connection fails as it was refused"),
    "a refusal of no fetch": (lambda: _faulty(_fire("refuse", "how: port", fetch=9)), "no connection fails as"),
    "a refusal in another way": (lambda: _faulty(_refused("503", "rejected")), "no connection fails as it was refused"),
    "a refusal of another kind": (lambda: _faulty(_refused("port", "rst")), "no connection fails as it was refused"),
    "a refusal that opened": (lambda: _faulty(_refused("reset", "rst", True)), "no connection fails as it was refused"),
    "a hang that nothing ended": (
        lambda: _faulty(lambda t: t.arm("refuse", "how: hang").gap("m2").back("m2").fire(socket=2)),
        "no connection fails as it was refused",
    ),
    "a fetch without an end": (
        lambda: _faulty(
            lambda t: t.arm("refuse", "how: port").gap("m2").connect(2).ask_back().fire(fetch=1).say("+m2")
        ),
        "no connection fails as it was refused",
    ),
    "a hold of no socket": (lambda: _faulty(_fire("hold", "what: ping", kind="ping", digest="d")), "what was held was"),
    "a hold of no fetch": (lambda: _faulty(_fire("hold", "what: catch-up", fetch=9)), "what was held was"),
    "a hold that is too short": (lambda: _faulty(_hold(0.01)), "or was held too short to tell"),
    "a hold of a probe": (
        lambda: _faulty(
            lambda t: t.arm("hold", "what: message").say("p7").on_message("p7").wait(1).add(Healed, "f").say("+p7 m2 +m2")
        ),
        "no message of the story was at stake",
    ),
    "a hold that a slow target explains": (
        lambda: _faulty(_slow_target),
        "or was held too short to tell",
    ),
    "a hold of a command that nothing shows": (lambda: _faulty(_perform("hold")), "what was held was received"),
    "a drop of a command that nothing shows": (lambda: _faulty(_perform("drop")), "what was dropped was received"),
    "a delay of a command that nothing shows": (lambda: _faulty(_perform("latency")), "nothing that was slowed down"),
    "a drop of no socket": (lambda: _faulty(_fire("drop", kind="ping", digest="d")), "what was dropped was"),
    "a drop of no fetch": (lambda: _faulty(_fire("drop", "what: catch-up", fetch=9)), "what was dropped was"),
    "a drop whose socket ended at once": (lambda: _faulty(_drop_and_die), "or its connection ended at once"),
    "a drop that came late": (lambda: _faulty(_gone), "what was dropped was received"),
    "a latency that is too short": (lambda: _faulty(_latency("20ms", 1)), "nothing that was slowed down is late"),
    "a latency that is unreadable": (lambda: _faulty(_latency("soon", 1)), "nothing that was slowed down is late"),
    "a latency of no socket": (
        lambda: _faulty(_fire("latency", "delay: 1s", kind="subscribe", digest="d")),
        "nothing that was slowed down is late",
    ),
    "a latency of a frame of no socket": (
        lambda: _faulty(_fire("latency", "delay: 1s", kind="ping", digest="d")),
        "nothing that was slowed down is late",
    ),
    "a narrow line on which nothing waited": (
        lambda: _faulty(lambda t: t.arm("throttle", "rate: 9KB/s").say("m2").on_message("m2").wait(1).say("+m2")),
        "nothing came as late as its turn on the narrow line",
    ),
    "a narrow line to a slow target": (
        lambda: _faulty(_narrow_to_a_slow_target),
        "nothing came as late as its turn on the narrow line",
    ),
    "a subprotocol taken out for no socket": (lambda: _faulty(_fire("strip", detail="x")), _STRIPPED),
    "a subprotocol taken out for who offered none": (lambda: _faulty(_stripped(offers=False)), _STRIPPED),
    "a subprotocol taken out that was given": (lambda: _faulty(_stripped(given=V1_JSON)), _STRIPPED),
    "a subprotocol taken out before the socket opened": (lambda: _faulty(_stripped_too_early), _STRIPPED),
    "a subprotocol taken out that nobody was ever given": (lambda: _faulty(_stripped(known=False)), _STRIPPED),
    "a subprotocol taken out that the client can do without": (
        lambda: _faulty(_stripped()),
        "it was felt, and no message of the story was at stake",
    ),
    "a subprotocol that was offered and never taken out": (
        lambda: _faulty(lambda t: t.arm("strip").lose("fin").offer(2).confirm(2).say("m2 +m2")),
        "it was armed, and what it waited for never came",
    ),
    "a delay of no fetch": (lambda: _faulty(_fire("delay", "by: 1s", fetch=9)), "no answer is late by the delay"),
    "a repeat that came once less": (lambda: _faulty(_repeated_once), "no frame was received as often as it was"),
    "an injection into no socket": (lambda: _faulty(_fire("inject", "what: confirm")), "no frame was received but"),
    "a failure of no fetch": (lambda: _faulty(_fire("fail", "as: 500", fetch=9)), "no answer was spoilt as it was"),
    "a page of no fetch": (lambda: _faulty(_fire("page", "limit: 1", fetch=9)), "no answer lacks what a page limit"),
    "a page that withheld nothing": (
        lambda: _faulty(
            lambda t: (
                t.arm("page", "limit: 5").gap("m2").connect(2).ask_back().fire(fetch=1, ids=(id_of("m2"),)).answer("m2")
            )
        ),
        "no answer lacks what a page limit withholds",
    ),
    "a welcome that was held": (
        lambda: _faulty(
            lambda t: (
                t.arm("hold", "what: welcome").gap("m2").add(Connecting, "c1", 2)
                and t.fire(socket=2, kind="welcome", digest=digest("welcome None")).wait(1).add(Healed, "f")
                and t.back("m2")
            )
        ),
        "it was felt, and no message of the story was at stake",
    ),
}  # fmt: skip


def _contradicted(**fields: Any) -> Run:
    return changed(Shown, **fields)


BUGS: dict[str, tuple[Callable[[], Run], str]] = {
    "tampered bytes": (
        lambda: _with(Tampered(1.0, "c1", "down", "byte 17 is missing")),
        "the proxy changed bytes to c1 without a fault: byte 17 is missing",
    ),
    "a crash": (lambda: _crashed("ZeroDivisionError: oh"), "cablecheck itself failed: ZeroDivisionError: oh"),
    "tampered commands": (lambda: _with(Tampered(1.0, "c1", "up", "x")), "the proxy changed bytes from c1 without"),
    "another count": (lambda: changed(TimelineRead, nodes=9), "c1 shows 9 bubbles when asked, but its history makes it 4"),
    "another order": (lambda: changed(TimelineRead, digest="beef"), "c1 tells another timeline when asked than its"),
    "a bubble twice": (lambda: _contradicted(node=1), "c1 shows a bubble 1 for the second time"),
    "a bubble after nothing": (lambda: _contradicted(after=77), "c1 shows bubble 1 after bubble 77, which is not there"),
    "a bubble after a gone one": (
        lambda: (
            [*Tale().say("m1 +m1 -m1").events, Shown(2.0, "c1", 2, 1, "socket"), Shown(2.0, "c1", 3, 3, "socket")],
            None,
        ),
        "c1 shows bubble 2 after bubble 1, which is not there",
    ),
    "a bubble after itself": (
        lambda: ([Shown(2.0, "c1", 3, 3, "socket")], None),
        "at 2.000 s c1 shows bubble 3 after bubble 3, which is not there",
    ),
    "a change of nothing": (
        lambda: (Tale().say("m1 +m1 -m1").events + Tale().say("m1 +m1 -m1").events[-1:], None),
        "c1 changes bubble 1, which is not there",
    ),
    "an outcome of nothing": (lambda: (Tale().publish("m1").events[-1:], None), "the outcome of m1 is known, which"),
    "a label twice": (lambda: (Tale().publish("m1").publish("m1").events, None), "m1 is published for the second time"),
}  # fmt: skip

# name: (the run, and what must be said of it: outcome, findings, recovered, masked, ways)
COUNTED: dict[str, tuple[Callable[[], Run], tuple[str, str, str, str, str]]] = {
    "by socket": (lambda: told("m1 +m1", "m1"), ("verified", "", "", "", "socket")),
    "masked": (lambda: told("m1 +m1 m2 *m2", "m1 m2"), ("verified", "", "", "m2", "socket catch-up")),
    "both": (
        lambda: (Tale().say("m1 +m1").catch_up("m1").say("|").end(truth=truth_of("m1 p1 p2")).events, truth_of("m1 p1 p2")),
        ("verified", "", "", "", "both"),
    ),
    "a lost catch-up is not masked": (
        lambda: (Tale().say("m1").catch_up("m1").say("|").end().events, truth_of("m1 p1 p2")),
        ("violated", "lost m1", "", "", "catch-up"),
    ),
    "own": (lambda: told("own:m1 m1 >m1", "m1"), ("verified", "", "", "", "own")),
    "on the first page": (lambda: told("m1 init:m1 >m1", "m1"), ("verified", "", "", "", "initial")),
    "neither": (lambda: told("m1 +m1 m2", "m1 m2"), ("violated", "lost m2", "", "", "socket neither")),
    "recovered": (lambda: told("m1? +m1", "m1"), ("verified", "", "m1", "", "socket")),
    "recovered and masked": (lambda: told("m1? *m1", "m1"), ("verified", "", "m1", "m1", "catch-up")),
    "unknown and lost is not recovered": (
        lambda: told("m1 +m1 m2?", "m1 m2"),
        ("violated", "lost m2", "", "", "socket neither"),
    ),
    "unknown and nowhere is not counted": (lambda: told("m1 +m1 m2?", "m1"), ("verified", "", "", "", "socket")),
    "a masked probe is not counted": (
        lambda: _probe("p1 *p1", "m1 p1"),
        ("verified", "", "", "", "socket"),
    ),
    "a probe that only the closing cut took is no doubt": (
        lambda: _closing_cut("p1 +p1", "p2"),
        ("verified", "", "", "", "socket"),
    ),
    "two clients, one of them lacks it": (
        lambda: (
            Tale(("c1", "c2")).say("m1 +m1").say("*m1", "c2").say("m2 +m2 |").end(truth=truth_of("m1 m2 p1 p2")).events,
            truth_of("m1 m2 p1 p2"),
        ),
        ("violated", "lost m2", "", "m1", "socket catch-up socket neither"),
    ),
    "a strip that never fired is no doubt where nobody offers a subprotocol": (
        lambda: _faulty(lambda t: t.arm("strip").lose("fin").back()),
        ("verified", "", "", "", "socket"),
    ),
    "half a truth shows a loss, but no phantom and nothing unstored": (
        lambda: told("m1 +m1 m2 m3 +m3 +x9", "m1 m2", complete=False),
        ("violated", "lost m2", "", "", "socket neither"),
    ),
    "a run that was killed after it was asked has lost what it lost": (
        lambda: (without(told("m1 +m1 m2", "m1 m2")[0], RunEnded), truth_of("m1 m2 p1 p2")),
        ("violated", "lost m2", "", "", "socket neither"),
    ),
    "a run that met its deadline has lost nothing for certain": (
        lambda: (instead(told("m1 +m1 m2", "m1 m2")[0], RunEnded, ended="deadline"), truth_of("m1 m2 p1 p2")),
        ("inconclusive", "", "", "", "socket neither"),
    ),
    "an unknown message is known once a later one is acknowledged": (
        lambda: (Tale().say("m1 +m1 m2? m3 +m3 |").ask().add(RunEnded, "complete").events, truth_of("m1 m2 m3")),
        ("violated", "lost m2", "", "", "socket neither socket"),
    ),
    "an unknown message that only the truth knows may have come after the asking": (
        lambda: (Tale().say("m1 +m1 m2? |").ask().add(RunEnded, "complete").events, truth_of("m1 m2")),
        ("inconclusive", "", "", "", "socket neither"),
    ),
    "a probe that got between is no disorder of the story": (
        lambda: _probe("m2 p1 +p1 *m2", "m1 m2 p1"),
        ("violated", "late m2", "", "m2", "socket catch-up"),
    ),
    "what is shown and in no ledger is no phantom": (
        lambda: told("m1 +m1 +x9", "m1", source="ledger"),
        ("verified", "", "", "", "socket"),
    ),
    "what a ledger has and the client lacks is lost": (
        lambda: told("m1 +m1 m2 m3 +m3", "m1 m2 m3", source="ledger"),
        ("violated", "lost m2", "", "", "socket neither socket"),
    ),
    "a probe that nobody acknowledged and the list has is stored": (
        lambda: _probe("p1? +p1", "m1 p1"),
        ("verified", "", "", "", "socket"),
    ),
    "a message that two others share a mark with is the acknowledged one": (
        lambda: (
            Tale().say("m1 +m1 |").end(truth=truth_of("x1:" + MARKED + " m1 p1 p2")).events,
            truth_of("x1:" + MARKED + " m1 p1 p2"),
        ),
        ("inconclusive", "", "", "", "socket"),
    ),
}  # fmt: skip
