"""Ending and replacing: what may follow what, and that each happens once."""

from __future__ import annotations

import uuid

import pytest

from mediator.agreements import actions, queries
from mediator.agreements.actions import Said
from mediator.agreements.models import Agreement
from mediator.agreements.terms import MOVES, OPEN, Kind, Standing, Who
from mediator.core.clock import now
from mediator.core.db import db
from mediator.core.errors import Refused
from mediator.core.visibility import Letter, Visibility
from tests.agreements.saying import agreed, case_of, confirm, row_of, say, verbs
from tests.factories import Pair


def make(pair: Pair, standing: Standing) -> Agreement:
    row = row_of(say(pair))
    row.standing = standing
    if standing is not Standing.SAID:
        row.visibility, row.released_at = Visibility.JOINT, now()
    db.session.commit()
    return row


@pytest.mark.parametrize("standing", list(Standing))
def test_ended_from_wherever_it_is_open(pair: Pair, standing: Standing) -> None:
    row = make(pair, standing)
    if Standing.ENDED in MOVES[standing]:
        actions.end(case_of(pair), row)
        actions.end(case_of(pair), row)
        db.session.commit()
        assert row.ended_at is not None
        assert [one.id for one in queries.past_ones(pair.case)] == [row.id]
        assert verbs(pair).count("agreement.ended") == 1
    elif standing is Standing.REPLACED:
        with pytest.raises(Refused):
            actions.end(case_of(pair), row)


@pytest.mark.parametrize("standing", list(Standing))
def test_replaced_only_once_both_could_read_it(pair: Pair, standing: Standing) -> None:
    row, new = make(pair, standing), uuid.uuid4()
    said = Said(Kind.AGREEMENT, Who.BOTH, "Within two days")
    if Standing.REPLACED not in MOVES[standing]:
        with pytest.raises(Refused):
            actions.replace(pair.mediator, case_of(pair), row, new, said)
        return
    for _ in range(2):
        made = actions.replace(pair.mediator, case_of(pair), row, new, said)
        db.session.commit()
    assert (row.standing, row.replaced_by) == (Standing.REPLACED, new)
    assert (made.id, made.standing, made.source_kind, made.source_id) == (new, Standing.SAID, "agreement", row.id)
    assert [one.id for one in queries.open_ones(pair.case)] == [new]
    assert verbs(pair)[-2:] == ["agreement.said", "agreement.replaced"]


def test_a_replacement_cannot_take_over_another_row(pair: Pair) -> None:
    row, other = row_of(agreed(pair)), say(pair)
    with pytest.raises(Refused):
        actions.replace(pair.mediator, case_of(pair), row, other, Said(Kind.AGREEMENT, Who.BOTH, "x"))


@pytest.mark.parametrize("confirmed", [False, True])
def test_taking_a_replacement_back_brings_the_old_one_back(pair: Pair, confirmed: bool) -> None:
    id_ = agreed(pair)
    if confirmed:
        confirm(pair, id_, *Letter)
    before = row_of(id_).standing
    new = actions.replace(pair.mediator, case_of(pair), row_of(id_), uuid.uuid4(), Said(Kind.AGREEMENT, Who.BOTH, "x"))
    db.session.commit()
    actions.take_back(new)
    db.session.commit()
    row = row_of(id_)
    assert (row.standing, row.replaced_by, row.ended_at) == (before, None, None)


def test_what_is_open_and_what_is_over_are_all_there_is(pair: Pair) -> None:
    ids = {standing: make(pair, standing).id for standing in Standing}
    assert {row.id for row in queries.open_ones(pair.case)} == {ids[one] for one in OPEN}
    assert {row.id for row in queries.past_ones(pair.case)} == {ids[one] for one in Standing if one not in OPEN}
    assert [row.id for row in queries.said_ones(pair.case)] == [ids[Standing.SAID]]
