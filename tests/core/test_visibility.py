"""Who may read what: function, SQL twin and the table of PRODUCT.md agree over every combination."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from itertools import product

import pytest
import sqlalchemy as sa

from mediator.core.visibility import READERS, Role, Viewer, Visibility, may_read, readable_rows


def _id(number: int) -> uuid.UUID:
    return uuid.UUID(int=number, version=4)


CASE, OTHER_CASE = _id(1), _id(2)
A, B, OTHER_A, OTHER_B = _id(11), _id(12), _id(13), _id(14)
MEDIATOR, OTHER_MEDIATOR, BOTH_MEDIATOR, ASSISTANT = _id(21), _id(22), _id(23), _id(24)

VIEWERS: dict[str, Viewer] = {
    "nobody": Viewer.nobody(),
    "A": Viewer.participant(A, CASE),
    "B": Viewer.participant(B, CASE),
    "mediator": Viewer.staff(MEDIATOR, frozenset({CASE})),
    "other mediator": Viewer.staff(OTHER_MEDIATOR, frozenset({OTHER_CASE})),
    "mediator of both": Viewer.staff(BOTH_MEDIATOR, frozenset({CASE, OTHER_CASE})),
    "assistant": Viewer.staff(ASSISTANT, frozenset()),
    "other A": Viewer.participant(OTHER_A, OTHER_CASE),
    "other B": Viewer.participant(OTHER_B, OTHER_CASE),
}

#: Every (visibility, case, author), the mediator's own rows (author None) among them, and rows that should
#: not exist: an author who is a participant of another case is nobody there.
ROWS: list[tuple[Visibility, uuid.UUID, uuid.UUID | None]] = [
    (visibility, case, author)
    for visibility in Visibility
    for case, author in product([CASE, OTHER_CASE], [A, B, OTHER_A, OTHER_B, None])
]

#: PRODUCT.md, "Who may read what", written out by hand for the rows of the first case: by A, by B, by the
#: mediator.
CASE_STAFF = {"mediator", "mediator of both"}
STAFF = {"mediator", "other mediator", "mediator of both", "assistant"}
PRODUCT_TABLE: dict[Visibility, tuple[set[str], set[str], set[str]]] = {
    Visibility.OWN: ({"A"}, {"B"}, set()),
    Visibility.PRIVATE: ({"A"} | CASE_STAFF, {"B"} | CASE_STAFF, CASE_STAFF),
    Visibility.SAFETY: (CASE_STAFF, CASE_STAFF, CASE_STAFF),
    Visibility.WORKING: (CASE_STAFF, CASE_STAFF, CASE_STAFF),
    Visibility.RECORD: (CASE_STAFF, CASE_STAFF, CASE_STAFF),
    Visibility.DIRECTORY: ({"A"} | STAFF, {"B"} | STAFF, STAFF),
    Visibility.JOINT: ({"A", "B"} | CASE_STAFF, {"A", "B"} | CASE_STAFF, {"A", "B"} | CASE_STAFF),
}

Combination = tuple[str, Visibility, uuid.UUID, uuid.UUID | None]

#: The two kinds of column a model may keep a visibility in.
COLUMN_TYPES = [
    sa.String(16),
    sa.Enum(Visibility, native_enum=False, values_callable=lambda kind: [member.value for member in kind]),
]


@pytest.fixture(params=COLUMN_TYPES, ids=["string", "enum"])
def filled(request: pytest.FixtureRequest) -> Iterator[tuple[sa.Connection, sa.Table]]:
    """A table with one row of every kind, in memory."""
    table = sa.Table(
        "written",
        sa.MetaData(),
        sa.Column("visibility", request.param, nullable=False),
        sa.Column("case_id", sa.Uuid, nullable=False),
        sa.Column("author_id", sa.Uuid),
    )
    engine = sa.create_engine("sqlite://")
    with engine.connect() as connection:
        table.create(connection)
        connection.execute(
            table.insert(), [{"visibility": v, "case_id": c, "author_id": author} for v, c, author in ROWS]
        )
        yield connection, table
    engine.dispose()


def by_function() -> set[Combination]:
    return {
        (name, visibility, case, author)
        for (name, viewer), (visibility, case, author) in product(VIEWERS.items(), ROWS)
        if may_read(visibility, case, author, viewer)
    }


def by_query(connection: sa.Connection, table: sa.Table) -> set[Combination]:
    columns = {"visibility": table.c.visibility, "case": table.c.case_id, "author": table.c.author_id}
    return {
        (name, Visibility(visibility), case, author)
        for name, viewer in VIEWERS.items()
        for visibility, case, author in connection.execute(sa.select(table).where(readable_rows(viewer, **columns)))
    }


def of_first_case(combinations: set[Combination]) -> set[Combination]:
    return {row for row in combinations if row[2] == CASE and row[3] in {A, B, None}}


def by_hand() -> set[Combination]:
    return {
        (name, visibility, CASE, author)
        for visibility, readers in PRODUCT_TABLE.items()
        for author, names in zip((A, B, None), readers, strict=True)
        for name in names
    }


def test_function_and_query_agree_over_every_combination(filled: tuple[sa.Connection, sa.Table]) -> None:
    assert len(ROWS) == 7 * 2 * 5
    assert len(VIEWERS) * len(ROWS) == 630
    assert by_query(*filled) == by_function()


def test_both_say_what_the_table_of_the_product_says(filled: tuple[sa.Connection, sa.Table]) -> None:
    assert set(PRODUCT_TABLE) == set(Visibility) == set(READERS)
    assert len(by_hand()) == 54
    assert of_first_case(by_function()) == by_hand()
    assert of_first_case(by_query(*filled)) == by_hand()


@pytest.mark.parametrize(("visibility", "role"), list(product(Visibility, Role)))
def test_one_wrong_entry_in_the_table_is_noticed(
    visibility: Visibility,
    role: Role,
    filled: tuple[sa.Connection, sa.Table],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    right = by_function()
    monkeypatch.setitem(READERS, visibility, READERS[visibility] ^ {role})
    # A stranger has no clause in the query on purpose: not even a wrong table lets one in there.
    if role is not Role.STRANGER:
        assert by_query(*filled) != right, "a query made from a wrong table agrees with the right function"
        assert of_first_case(by_query(*filled)) != by_hand()
    assert by_function() != right
    assert of_first_case(by_function()) != by_hand()


def test_somebody_signed_out_and_a_viewer_without_a_person_read_nothing(
    filled: tuple[sa.Connection, sa.Table],
) -> None:
    connection, table = filled
    columns = {"visibility": table.c.visibility, "case": table.c.case_id, "author": table.c.author_id}
    for viewer in (Viewer.nobody(), Viewer("nobody", A, frozenset({CASE}))):
        assert not connection.execute(sa.select(table).where(readable_rows(viewer, **columns))).all()
        assert not any(may_read(*row, viewer) for row in ROWS)


def test_what_a_participant_reads_of_another_case_is_nothing() -> None:
    for name, _, case, _ in by_function():
        if name in {"A", "B"}:
            assert case == CASE
        if name in {"other A", "other B"}:
            assert case == OTHER_CASE
