"""What people read about who may read what agrees with what is stored, in every combination there is."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest

from mediator.cases.terms import Policy
from mediator.core.visibility import READERS, Role, Sharing, Visibility
from mediator.guide.reading import ENGLISH, ContentError
from mediator.guide.sentences import (
    POLICIES,
    Level,
    Sentence,
    for_mediator,
    for_participant,
    load_sentences,
    policy_words,
    who_sees,
)

FLAGS = [(False, False), (True, False), (False, True), (True, True)]
NAMES = {"other": "Alex", "mediator": "Noor", "name": "Sam", "a": "Alex", "b": "Sam"}
ROOM = ("bring what matters into the room", "general impression in the room")
PRIVATE = Visibility.PRIVATE


def test_policies_are_those_of_a_case() -> None:
    assert set(POLICIES) == {policy.value for policy in Policy}


@pytest.mark.parametrize("visibility", Visibility)
def test_there_is_a_sentence_exactly_where_somebody_reads(visibility: Visibility) -> None:
    # Safety answers are not shown again to their author, but they read the sentence while they answer.
    author = Role.AUTHOR in READERS[visibility] or visibility is Visibility.SAFETY
    mediator = Role.CASE_MEDIATOR in READERS[visibility]
    seen = 0
    for sharing, policy, (kept, offered) in itertools.product(Sharing, Policy, FLAGS):
        for reads, look_up in ((author, for_participant), (mediator, for_mediator)):
            if reads:
                sentence = look_up(visibility, sharing, policy, kept, offered)
                filled = sentence.filled(**NAMES)
                assert filled
                assert "{" not in filled
                assert not filled.endswith(".")
                seen += 1
            else:
                with pytest.raises(LookupError):
                    look_up(visibility, sharing, policy, kept, offered)
    assert seen == 48 * (author + mediator)


def test_an_unknown_policy_has_no_sentence() -> None:
    with pytest.raises(LookupError):
        for_participant(PRIVATE, Sharing.CLOSED, "open")


@pytest.mark.parametrize(
    ("visibility", "sharing", "text", "level"),
    [
        (Visibility.OWN, Sharing.CLOSED, "Only you see this until you share it", Level.PRIVATE),
        (PRIVATE, Sharing.CLOSED, "Only your mediator sees this", Level.PRIVATE),
        (
            PRIVATE,
            Sharing.OFFERED,
            "Only your mediator sees this, unless you tick “Alex may read this”",
            Level.PRIVATE,
        ),
        (
            PRIVATE,
            Sharing.RECIPROCAL,
            "Shared with Alex once you have both answered and your mediator opens it",
            Level.AFTER,
        ),
        (
            PRIVATE,
            Sharing.DERIVED,
            (
                "Alex never sees your answer; you may both see what your answers have in common "
                "(for limits: the stricter of the two)"
            ),
            Level.AFTER,
        ),
        (
            Visibility.SAFETY,
            Sharing.CLOSED,
            "Only your mediator sees this. It is kept apart and never shown to anyone else",
            Level.PRIVATE,
        ),
        (Visibility.JOINT, Sharing.OFFERED, "You can both read this now", Level.SHARED),
    ],
)
def test_the_words_under_caucus_are_fixed(visibility: Visibility, sharing: Sharing, text: str, level: Level) -> None:
    sentence = for_participant(visibility, sharing, Policy.CAUCUS)
    assert (sentence.filled(**NAMES), sentence.level) == (text, level)


def test_the_mediators_words_under_caucus_are_fixed() -> None:
    def words(visibility: Visibility, sharing: Sharing, kept: bool = False) -> str:
        return for_mediator(visibility, sharing, Policy.CAUCUS, kept).filled(**NAMES)

    assert words(PRIVATE, Sharing.RECIPROCAL) == "Both can read this once both have answered and you open it"
    assert words(PRIVATE, Sharing.RECIPROCAL, kept=True) == "Only you. Sam kept this private"
    assert words(PRIVATE, Sharing.OFFERED) == "Only you. Not offered to Alex"
    assert words(PRIVATE, Sharing.OFFERED, kept=True) == "Only you. Sam kept this private"
    assert words(PRIVATE, Sharing.DERIVED) == "Only the overlap, or the stricter, once you open it"
    assert words(Visibility.SAFETY, Sharing.CLOSED) == "Only you, kept apart"
    assert words(Visibility.WORKING, Sharing.CLOSED) == "Only you"
    assert words(Visibility.JOINT, Sharing.CLOSED) == "Alex and Sam will both read this"


@pytest.mark.parametrize("sharing", Sharing)
@pytest.mark.parametrize(("kept", "offered"), FLAGS)
def test_a_policy_that_lets_something_into_the_room_says_so(sharing: Sharing, kept: bool, offered: bool) -> None:
    for look_up in (for_participant, for_mediator):
        caucus, no_secrets, limited = (
            look_up(PRIVATE, sharing, policy, kept, offered)
            for policy in (Policy.CAUCUS, Policy.NO_SECRETS, Policy.LIMITED)
        )
        assert not [words for words in ROOM if words in caucus.text]
        assert ROOM[0] in no_secrets.text
        assert ROOM[1] in limited.text
        assert caucus.level is no_secrets.level is limited.level
        # Nobody is promised "only" what the policy does not keep.
        for sentence in (no_secrets, limited):
            assert "Only your mediator sees" not in sentence.text
            assert not sentence.text.startswith("Only you.")


@pytest.mark.parametrize("policy", [Policy.NO_SECRETS, Policy.LIMITED])
def test_under_every_policy_a_closed_answer_itself_is_never_shown(policy: Policy) -> None:
    for kept, sharing in ((False, Sharing.CLOSED), *((True, sharing) for sharing in Sharing)):
        assert "{other} is never shown your answer" in for_participant(PRIVATE, sharing, policy, kept).text


def test_outside_private_the_policy_changes_nothing() -> None:
    for visibility in (Visibility.OWN, Visibility.SAFETY, Visibility.JOINT):
        assert len({for_participant(visibility, Sharing.CLOSED, policy) for policy in Policy}) == 1
    for visibility in (Visibility.SAFETY, Visibility.WORKING, Visibility.RECORD, Visibility.JOINT):
        assert len({for_mediator(visibility, Sharing.CLOSED, policy) for policy in Policy}) == 1


@pytest.mark.parametrize("policy", Policy)
def test_keeping_wins_over_a_tick_and_a_tick_counts_only_where_it_is_asked(policy: Policy) -> None:
    def says(sharing: Sharing, kept: bool = False, offered: bool = False) -> Sentence:
        return for_participant(PRIVATE, sharing, policy, kept, offered)

    closed = says(Sharing.CLOSED)
    for sharing in Sharing:
        assert says(sharing, kept=True) == says(sharing, kept=True, offered=True) == closed
    assert says(Sharing.OFFERED, offered=True).level is Level.AFTER
    for sharing in (Sharing.CLOSED, Sharing.RECIPROCAL, Sharing.DERIVED):
        assert says(sharing, offered=True) == says(sharing)
    assert len({says(sharing).text for sharing in Sharing}) == len(Sharing)


def test_the_mediator_is_not_told_that_somebody_kept_what_nobody_was_asked_to_share() -> None:
    for kept in (False, True):
        assert "{name}" not in for_mediator(PRIVATE, Sharing.CLOSED, Policy.CAUCUS, kept).text


def test_the_first_visit_says_who_sees_what_and_what_the_policy_is() -> None:
    rows = who_sees()
    assert len(rows) == 7
    assert [row.other for row in rows if row.what.startswith("Safety")] == ["never"]
    assert len({policy_words(policy).participant for policy in Policy}) == 3
    for policy in Policy:
        words = policy_words(policy)
        assert words.key == policy
        assert words.name
        assert words.says
        assert "Safety answers stay apart, always" in words.participant
    with pytest.raises(KeyError):
        policy_words("open")


@pytest.mark.parametrize(
    ("right", "wrong", "problem"),
    [
        ('every = "Only you, kept apart"', "", "sentences.toml: mediator: safety: every is missing"),
        ("[participant.private.kept]", "[participant.private.tight]", "participant: private: kept is missing"),
        (
            'level = "shared"',
            'level = "open"',
            "sentences.toml: participant: joint: level 'open' is not one of",
        ),
        (
            'every = "Only you see',
            'caucus = "No."\nevery = "Only you see',
            "participant: own: unknown key 'caucus'",
        ),
        ("You can both read", "{name} can read", "participant: joint: caucus: unknown placeholder {name}"),
        ('you = "yes"', "", "sentences.toml: who_sees 2: you is missing"),
        ("[policy.limited]", "[policy.some]", "sentences.toml: policy: limited is missing"),
        ("[participant.joint]", "[participants.joint]", "sentences.toml: participant: joint is missing"),
        ("[participant.", "[reader.", "sentences.toml: participant is missing"),
        ("[policy.", "[policies.", "sentences.toml: policy is missing"),
        ("\nversion = ", "\nversion = = ", "sentences.toml: is not TOML in UTF-8"),
    ],
)
def test_a_broken_table_is_named_with_file_and_key(tmp_path: Path, right: str, wrong: str, problem: str) -> None:
    text = (ENGLISH / "sentences.toml").read_text(encoding="utf-8")
    assert right in text
    (tmp_path / "sentences.toml").write_text(text.replace(right, wrong), encoding="utf-8")
    with pytest.raises(ContentError) as caught:
        load_sentences(tmp_path)
    assert any(problem in found for found in caught.value.problems), caught.value.problems
