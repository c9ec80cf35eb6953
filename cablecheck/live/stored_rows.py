"""The truth by SQL: a query that only reads, on PostgreSQL or on a file of SQLite, in a thread of its own."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from urllib.parse import quote

import trio

from cablecheck.errors import UnreachableError
from cablecheck.live.targets import Place
from cablecheck.target.model import Truth
from cablecheck.target.templates import Values, in_sql
from cablecheck.target.wire import Listed

_PATIENCE_SECONDS = 10
# The truth is the list of one conversation of a test: what is longer is another list, or has no end.
MOST_ROWS = 100_000


async def rows_of(place: Place, truth: Truth) -> list[Listed]:
    """The messages that the query gives, under the names of its columns. Raises UnreachableError.

    Names in the query become parameters, so no value can change what it asks.
    """
    assert truth.sql is not None, "only a truth by SQL is queried"
    assert truth.query is not None, "the file was read: a truth by SQL has its query"
    read = _postgresql if re.match(r"postgres(ql)?://", truth.sql) else _sqlite
    with trio.move_on_after(2 * _PATIENCE_SECONDS):
        columns, rows = await trio.to_thread.run_sync(
            read, truth.sql, truth.query, place.wire.values, abandon_on_cancel=True
        )
        return place.wire.rows(truth, [dict(zip(columns, map(_plain, row), strict=True)) for row in rows])
    raise UnreachableError(f"truth.query: the database gave no answer within {2 * _PATIENCE_SECONDS} s")


def _sqlite(file: str, query: str, values: Values) -> tuple[list[str], Sequence[Sequence[object]]]:
    path = Path(file.removeprefix("sqlite://")).absolute()
    statement, parameters = in_sql(query, values, ":name")
    try:
        database = sqlite3.connect(f"file:{quote(str(path))}?mode=ro", uri=True, timeout=_PATIENCE_SECONDS)
        try:
            cursor = database.execute(statement, parameters)
            return _columns(cursor.description), _all(cursor.fetchmany)
        finally:
            database.close()
    except sqlite3.Error as error:
        raise UnreachableError(f"truth.query: SQLite says: {error}; see truth.sql and truth.query") from error


def _postgresql(url: str, query: str, values: Values) -> tuple[list[str], Sequence[Sequence[object]]]:
    try:
        import psycopg
    except ImportError:
        remedy = "install it with `pip install 'cablecheck[postgres]'`"
        raise UnreachableError(
            f"truth.sql: PostgreSQL is read by psycopg, which is not here; {remedy}"
        ) from None
    statement, parameters = in_sql(query.replace("%", "%%"), values, "%(name)s")
    try:
        with psycopg.connect(url, connect_timeout=_PATIENCE_SECONDS) as database:
            database.read_only = True
            # A cursor with a name gives only as much as is fetched.
            with database.cursor("cablecheck") as cursor:
                cursor.execute(statement.encode(), parameters)
                return _columns(cursor.description), _all(cursor.fetchmany)
    except psycopg.Error as error:
        said = (str(error).strip() or type(error).__name__).splitlines()[0]
        raise UnreachableError(
            f"truth.query: PostgreSQL says: {said}; see truth.sql and truth.query"
        ) from error


def _all(fetch: Callable[[int], Sequence[Sequence[object]]]) -> Sequence[Sequence[object]]:
    """The rows of a query. Raises UnreachableError where they are too many to be held."""
    rows = fetch(MOST_ROWS + 1)
    if len(rows) > MOST_ROWS:
        remedy = "let it give those of the conversation only, such as where conversation_id = {conversation}"
        raise UnreachableError(f"truth.query: it gives more than {MOST_ROWS:,} rows; {remedy}")
    return rows


def _plain(value: object) -> object:
    """What a database gives, as JSON would have it. A time without a zone is UTC, as Rails stores it."""
    match value:
        case datetime():
            return value.replace(tzinfo=value.tzinfo or UTC).isoformat().replace("+00:00", "Z")
        case Decimal():
            whole = value.is_finite() and value == value.to_integral_value()
            return int(value) if whole else float(value)
        case None | bool() | int() | float() | str() | dict() | list():
            return value
        case bytes():
            return value.decode("utf-8", "replace")
        case _:
            return str(value)


def _columns(description: Iterable[Sequence[object]] | None) -> list[str]:
    return [str(column[0]) for column in description or ()]
