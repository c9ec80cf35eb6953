"""Profiles: the named sets of rules that a client follows, any one of which can be left out."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from cablecheck.client.hardened.proofs import PROOFS
from cablecheck.client.rules import STORIES, Rule
from cablecheck.errors import BadInputError, meant

__all__ = [
    "BEFORE_CATCH_UP",
    "HARDENED",
    "HELLOTEXT",
    "PROFILES",
    "RAILS",
    "RAILS_6_1",
    "RAILS_7_0",
    "STORIES",
    "Profile",
    "Rule",
    "profile_named",
    "profile_words",
]

# What the page does with messages, and what every client that comes back at all has: whatever library is underneath.
_PAGE = frozenset(
    {
        Rule.JITTER,
        Rule.RESUBSCRIBE,
        Rule.CAPTURE_CURSOR,
        Rule.CATCH_UP,
        Rule.ONE_CATCH_UP,
        Rule.ADVANCE_CURSOR,
        Rule.CLAIM_IDS,
        Rule.INSERT_BY_TIME,
        Rule.FOLLOW_CONVERSATION,
        Rule.THROTTLE_TYPING,
    }
)


_WITHOUT = "-without-"  # between a profile's name and a rule that is left out


@dataclass(frozen=True, slots=True)
class Profile:
    """A named set of rules, with one line that says whose they are. `library` names the client that follows them."""

    name: str
    story: str
    rules: frozenset[Rule]
    library: Literal["hellotext", "rails", "hardened"] = "hellotext"

    def __contains__(self, rule: Rule) -> bool:
        return rule in self.rules

    def without(self, rule: str) -> Profile:
        """The same profile less one rule, which its name then says. Raises BadInputError for a rule it does not have."""
        if rule not in self.rules:
            known = sorted(self.rules)
            remedy = meant(rule, known) or f"use one of {', '.join(known)}"
            raise BadInputError(f"profile {self.name}: it has no rule '{rule}'; {remedy}")
        return replace(self, name=f"{self.name}{_WITHOUT}{rule}", rules=self.rules - {Rule(rule)})


HELLOTEXT = Profile(
    "hellotext",
    "What hellotext.js does since its pull request 50: it reconnects and catches up.",
    _PAGE | {Rule.REPLACE_DEAD_SOCKET, Rule.RECONNECT, Rule.BACK_OFF},
)
BEFORE_CATCH_UP = Profile(
    "before-catch-up",
    "hellotext.js before pull request 50: the first socket is the only one, and bubbles stand as they came.",
    HELLOTEXT.rules
    - {
        Rule.REPLACE_DEAD_SOCKET,
        Rule.RECONNECT,
        Rule.RESUBSCRIBE,
        Rule.CAPTURE_CURSOR,
        Rule.CATCH_UP,
        Rule.INSERT_BY_TIME,
    },
)
RAILS_6_1 = Profile(
    "rails-6.1",
    "The official client of Rails 6.1 (@rails/actioncable 6.1.710), with a catch-up on `connected`.",
    (_PAGE - {Rule.JITTER})
    | {
        Rule.REOPEN_STALE,
        Rule.SPARE_FRESH_LOSS,
        Rule.AGREE_ON_PROTOCOL,
        Rule.AWAIT_WELCOME,
        Rule.GUARANTEE,
        Rule.OBEY_DISCONNECT,
        Rule.FORGET_REJECTED,
        Rule.MATCH_IDENTIFIER,
    },
    "rails",
)
RAILS_7_0 = Profile(
    "rails-7.0",
    "The official client of Rails 7.0 (@rails/actioncable 7.0.8), with a catch-up on `connected`.",
    RAILS_6_1.rules | {Rule.JITTER, Rule.EXPONENTIAL_POLL, Rule.SPARE_CONNECTING},
    "rails",
)
RAILS = Profile(
    "rails",
    "The official client of Rails 8.1 (@rails/actioncable 8.1.400), with a catch-up on `connected` when it is told of a reconnect.",
    RAILS_7_0.rules | {Rule.ANY_FRAME_COUNTS, Rule.TELL_RECONNECTED},
    "rails",
)
HARDENED = Profile(
    "hardened",
    "Our design of a client that loses nothing: the server's list is the truth, and the socket makes it quick.",
    frozenset(PROOFS),
    "hardened",
)
PROFILES: dict[str, Profile] = {
    profile.name: profile for profile in (HELLOTEXT, BEFORE_CATCH_UP, RAILS, RAILS_7_0, RAILS_6_1, HARDENED)
}


def profile_words(name: str) -> list[str]:
    """The options of the command line that ask for the profile of this name, rules left out included."""
    whole, *left_out = name.split(_WITHOUT)
    return ["--profile", whole, *(word for rule in left_out for word in ("--without", rule))]


def profile_named(name: str) -> Profile:
    """The profile of this name. Raises BadInputError for an unknown one."""
    if name not in PROFILES:
        remedy = meant(name, PROFILES) or f"use one of {', '.join(PROFILES)}"
        raise BadInputError(f"profile '{name}': there is none of this name; {remedy}")
    return PROFILES[name]
