"""The chat's ledger in one SQLite file.

WAL, one connection, locked for this process alone: the chat's memory and the file must not disagree. synchronous=NORMAL: what is
committed survives kill -9 (it is in the operating system's cache); only a power cut may take the last of it.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from pathlib import Path
from typing import assert_never

from cablecheck.chat.ledger import ConversationOpened, Kept, MessageSaid, Page, Row, SessionOpened
from cablecheck.errors import BadInputError

_APPLICATION = 0x0CAB1EC4
_VERSION = 1
_SCHEMA = """
CREATE TABLE sessions (
  number INTEGER PRIMARY KEY AUTOINCREMENT, session TEXT NOT NULL UNIQUE, webchat TEXT NOT NULL) STRICT;
CREATE TABLE conversations (
  number INTEGER PRIMARY KEY AUTOINCREMENT, conversation TEXT NOT NULL UNIQUE,
  session TEXT NOT NULL REFERENCES sessions (session)) STRICT;
CREATE TABLE messages (
  number INTEGER PRIMARY KEY AUTOINCREMENT, session TEXT NOT NULL REFERENCES sessions (session),
  conversation TEXT NOT NULL REFERENCES conversations (conversation),
  body TEXT NOT NULL, created_milliseconds INTEGER NOT NULL,
  said_by TEXT NOT NULL CHECK (said_by IN ('agent', 'visitor'))) STRICT;
CREATE UNIQUE INDEX messages_of_a_session ON messages (session, number);
"""
_SAY = (
    "INSERT INTO messages (number, session, conversation, body, created_milliseconds, said_by)"
    " VALUES (?, ?, ?, ?, ?, ?)"
)
_PAGE = (
    "SELECT number, session, conversation, body, created_milliseconds, said_by FROM messages"
    " WHERE session = ? AND number > ? ORDER BY number LIMIT ?"
)


class SqliteStore:
    """A Ledger that a restart finds again. Calls may come from any thread, one at a time."""

    def __init__(self, path: Path) -> None:
        """Open the file, or make it. Raises BadInputError when it is not ours to use."""
        self.path = path
        try:
            self._connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=0)
        except sqlite3.Error as error:
            raise _unusable(path, error) from error
        try:
            self._open()
        except sqlite3.Error as error:
            self._connection.close()
            raise _unusable(path, error) from error
        except BadInputError:
            self._connection.close()
            raise

    def _open(self) -> None:
        run = self._connection.execute
        run("PRAGMA locking_mode = EXCLUSIVE")
        application, version, tables = (
            run(query).fetchone()[0]
            for query in (
                "PRAGMA application_id",
                "PRAGMA user_version",
                "SELECT count(*) FROM sqlite_schema",
            )
        )
        if tables and application != _APPLICATION:
            raise BadInputError(f"{self.path}: holds another program's data; name another file with --data")
        if tables and version != _VERSION:
            raise BadInputError(
                f"{self.path}: is version {version}, this is version {_VERSION}; name another file with --data"
            )
        run("PRAGMA journal_mode = WAL")
        run("PRAGMA synchronous = NORMAL")
        run("PRAGMA foreign_keys = ON")
        run("BEGIN IMMEDIATE")  # takes the lock that keeps other processes out until we close
        if not tables:
            for statement in _SCHEMA.split(";"):
                run(statement)
            run(f"PRAGMA application_id = {_APPLICATION}")
            run(f"PRAGMA user_version = {_VERSION}")
        run("COMMIT")
        if run("PRAGMA quick_check").fetchall() != [("ok",)] or run("PRAGMA foreign_key_check").fetchall():
            raise BadInputError(f"{self.path}: is damaged; restore a copy or name another file with --data")

    def close(self) -> None:
        """Write the WAL back and let the file go."""
        self._connection.close()

    def load(self) -> Kept:
        """What is kept, conversations in the order in which they were opened."""
        run = self._connection.execute
        numbered = run("SELECT seq FROM sqlite_sequence WHERE name = 'messages'").fetchone()
        return Kept(
            tuple(
                SessionOpened(*row) for row in run("SELECT session, webchat FROM sessions ORDER BY number")
            ),
            tuple(
                ConversationOpened(*row)
                for row in run("SELECT conversation, session FROM conversations ORDER BY number")
            ),
            dict(run("SELECT session, max(created_milliseconds) FROM messages GROUP BY session").fetchall()),
            numbered[0] if numbered else 0,
        )

    def keep(self, rows: Iterable[Row]) -> None:
        """Commit these rows, all or none. Raises sqlite3.Error."""
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            for row in rows:
                self._insert(row)
            self._connection.execute("COMMIT")
        except BaseException:
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")
            raise

    def _insert(self, row: Row) -> None:
        run = self._connection.execute
        match row:
            case SessionOpened():
                run("INSERT INTO sessions (session, webchat) VALUES (?, ?)", (row.session, row.webchat))
            case ConversationOpened():
                values = (row.conversation, row.session)
                run("INSERT INTO conversations (conversation, session) VALUES (?, ?)", values)
            case MessageSaid(number, session, conversation, body, created_milliseconds, by):
                run(_SAY, (number, session, conversation, body, created_milliseconds, by))
            case _:
                assert_never(row)

    def page(self, session: str, after: int | None, limit: int) -> Page | None:
        """Messages of a session after that one; None when `after` is no message of this session."""
        run = self._connection.execute
        if after is not None:
            mine = run("SELECT 1 FROM messages WHERE session = ? AND number = ?", (session, after)).fetchone()
            if mine is None:
                return None
        rows = run(_PAGE, (session, after or 0, limit + 1)).fetchall()
        return Page(tuple(MessageSaid(*row) for row in rows[:limit]), len(rows) > limit)


def _unusable(path: Path, error: sqlite3.Error) -> BadInputError:
    if error.sqlite_errorcode & 0xFF in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return BadInputError(
            f"{path}: another server uses it; stop that one or name another file with --data"
        )
    if error.sqlite_errorcode & 0xFF in (sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT):
        return BadInputError(f"{path}: is no undamaged data file ({error}); name another file with --data")
    return BadInputError(f"{path}: {error}; name a file that can be written with --data")
