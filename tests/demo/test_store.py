from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from cablecheck.chat.ledger import ConversationOpened, Kept, Ledger, MemoryLedger, MessageSaid, SessionOpened
from cablecheck.demo.store import SqliteStore
from cablecheck.errors import BadInputError

OPENED = [SessionOpened("s1", "w1"), ConversationOpened("c1", "s1"), SessionOpened("s2", "w1"),
          ConversationOpened("c2", "s2"), ConversationOpened("c3", "s1")]  # fmt: skip


def said(
    number: int, session: str = "s1", conversation: str = "c1", at: int = 0, body: str = "x"
) -> MessageSaid:
    return MessageSaid(number, session, conversation, body, at, "agent")


@pytest.fixture(params=["memory", "sqlite"])
def ledger(request: pytest.FixtureRequest, store: SqliteStore) -> Ledger:
    return MemoryLedger() if request.param == "memory" else store


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "chat.sqlite3"


@pytest.fixture
def store(path: Path) -> Iterator[SqliteStore]:
    store = SqliteStore(path)
    yield store
    store.close()


def test_a_new_ledger_is_empty(ledger: Ledger) -> None:
    assert ledger.load() == Kept()
    assert ledger.page("s1", None, 10) is not None


def test_a_message_may_be_stored_after_one_with_a_higher_number(ledger: Ledger) -> None:
    ledger.keep(OPENED)
    for number in (1, 4, 2, 3, 6, 5):
        ledger.keep([said(number)])
    whole, rest_of_it = ledger.page("s1", None, 10), ledger.page("s1", 3, 2)
    assert whole is not None
    assert rest_of_it is not None
    assert [message.number for message in whole.messages] == [1, 2, 3, 4, 5, 6]
    assert ([message.number for message in rest_of_it.messages], rest_of_it.more) == ([4, 5], True)
    assert ledger.load().last_number == 6


def test_what_is_kept_is_loaded(ledger: Ledger) -> None:
    ledger.keep(OPENED)
    ledger.keep([said(1, at=7), said(2, "s2", "c2", 3), said(3, conversation="c3", at=5)])
    assert ledger.load() == Kept(
        (SessionOpened("s1", "w1"), SessionOpened("s2", "w1")),
        (ConversationOpened("c1", "s1"), ConversationOpened("c2", "s2"), ConversationOpened("c3", "s1")),
        {"s1": 7, "s2": 3},
        3,
    )


def test_a_page_has_one_sessions_messages_after_one_of_them(ledger: Ledger) -> None:
    ledger.keep(OPENED)
    own = [said(1), said(3), said(4, conversation="c3"), said(6)]
    ledger.keep(sorted([*own, said(2, "s2", "c2"), said(5, "s2", "c2")], key=lambda message: message.number))
    pages = {
        (None, 9): (own, False), (None, 4): (own, False), (None, 3): (own[:3], True),
        (1, 2): (own[1:3], True), (3, 2): (own[2:], False), (6, 1): ([], False),
    }  # fmt: skip
    for (after, limit), (messages, more) in pages.items():
        page = ledger.page("s1", after, limit)
        assert page is not None
        assert (list(page.messages), page.more) == (messages, more)
    for after in (2, 5, 7, 0, 10**17):
        assert ledger.page("s1", after, 9) is None


@pytest.mark.parametrize(
    "body", ["", "a\0b", "🦉 \u2028 \x01", "'; DROP TABLE messages; --", "x" * 1_000_000]
)
def test_a_body_is_kept_as_it_is(path: Path, store: SqliteStore, body: str) -> None:
    store.keep([*OPENED, said(1, body=body)])
    store.close()
    with closing(SqliteStore(path)) as again:
        page = again.page("s1", None, 1)
    assert page is not None
    assert page.messages[0].body == body


@pytest.mark.parametrize(
    "wrong", [said(1), SessionOpened("s1", "w1"), ConversationOpened("c1", "s2"), said(9, "nobody"), said(9, conversation="c9")],
)  # fmt: skip
def test_a_commit_keeps_all_or_none(store: SqliteStore, wrong: MessageSaid) -> None:
    store.keep([*OPENED, said(1)])
    before = store.load()
    with pytest.raises(sqlite3.IntegrityError):
        store.keep([SessionOpened("s3", "w1"), said(2), wrong])
    assert store.load() == before
    store.keep([said(2)])


def test_the_count_of_ids_never_goes_back(path: Path, store: SqliteStore) -> None:
    store.keep([*OPENED, said(41), said(42)])
    store.close()
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("DELETE FROM messages")
    with closing(SqliteStore(path)) as again:
        assert again.load().last_number == 42


def refusal(path: Path) -> str:
    with pytest.raises(BadInputError) as caught:
        SqliteStore(path)
    assert len(caught.value.findings) == 1
    return str(caught.value)


def test_a_file_that_is_in_use_is_refused_until_it_is_let_go(path: Path, store: SqliteStore) -> None:
    assert refusal(path) == f"{path}: another server uses it; stop that one or name another file with --data"
    store.close()
    SqliteStore(path).close()


def test_a_file_that_is_no_database_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "letter.txt"
    path.write_text("Dear Sir or Madam, " * 100)
    assert "is no undamaged data file" in refusal(path)
    assert path.read_text() == "Dear Sir or Madam, " * 100


def test_another_programs_database_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "other.sqlite3"
    other = sqlite3.connect(path)
    other.execute("CREATE TABLE messages (id INTEGER)")
    other.commit()
    other.close()
    before = path.read_bytes()
    assert "another program's data; name another file with --data" in refusal(path)
    assert path.read_bytes() == before


def test_a_file_of_another_version_is_refused(path: Path) -> None:
    SqliteStore(path).close()
    other = sqlite3.connect(path)
    other.execute("PRAGMA user_version = 2")
    other.close()
    assert "is version 2, this is version 1" in refusal(path)


@pytest.mark.parametrize("spoil", ["page", "reference", "cut"])
def test_a_damaged_file_is_refused(path: Path, store: SqliteStore, spoil: str) -> None:
    store.keep([*OPENED, *(said(number, body="y" * 500) for number in range(1, 200))])
    store.close()
    if spoil == "page":
        content = bytearray(path.read_bytes())
        content[4096 * 6 : 4096 * 9] = b"\xa5" * (4096 * 3)
        path.write_bytes(content)
    elif spoil == "cut":
        path.write_bytes(path.read_bytes()[: 4096 * 5])
    else:
        other = sqlite3.connect(path)
        other.execute("DELETE FROM conversations")
        other.commit()
        other.close()
    assert "damaged" in refusal(path)


def test_a_place_that_cannot_be_written_is_refused(tmp_path: Path) -> None:
    assert "name a file that can be written with --data" in refusal(tmp_path / "nowhere" / "chat.sqlite3")
    assert "name a file that can be written with --data" in refusal(tmp_path)
