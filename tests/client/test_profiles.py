"""Profiles are sets of rules, each with a story, each of which can be left out."""

import pytest

from cablecheck.client.profiles import (
    BEFORE_CATCH_UP,
    HELLOTEXT,
    PROFILES,
    STORIES,
    Rule,
    profile_named,
)
from cablecheck.errors import BadInputError


def test_every_rule_has_a_story_of_one_line() -> None:
    assert set(STORIES) == set(Rule)
    assert all(story.endswith(".") and "\n" not in story for story in STORIES.values())


def test_a_profile_is_found_by_its_name() -> None:
    assert profile_named("hellotext") is HELLOTEXT
    assert all(profile.name == name and profile.story for name, profile in PROFILES.items())


def test_before_catch_up_is_hellotext_without_some_rules() -> None:
    assert BEFORE_CATCH_UP.rules < HELLOTEXT.rules
    assert Rule.RECONNECT not in BEFORE_CATCH_UP
    assert Rule.CLAIM_IDS in BEFORE_CATCH_UP


def test_every_rule_is_somebodys() -> None:
    assert frozenset().union(*(profile.rules for profile in PROFILES.values())) == set(Rule)


def test_a_rule_can_be_left_out_by_name_and_the_profile_says_so() -> None:
    less = HELLOTEXT.without("jitter")
    assert less.name == "hellotext-without-jitter"
    assert HELLOTEXT.rules - less.rules == {Rule.JITTER}


def test_a_misspelt_profile_or_rule_is_answered_with_a_guess() -> None:
    with pytest.raises(BadInputError, match="did you mean 'hellotext'"):
        profile_named("helotext")
    with pytest.raises(BadInputError, match=r"use one of hellotext, before-catch-up, rails, .*, hardened"):
        profile_named("zzz")
    with pytest.raises(BadInputError, match="it has no rule 'jiter'; did you mean 'jitter'"):
        HELLOTEXT.without("jiter")
    with pytest.raises(BadInputError, match="profile before-catch-up: it has no rule 'zzz'; use one of"):
        BEFORE_CATCH_UP.without("zzz")
