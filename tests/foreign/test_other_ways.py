"""Publishing and the truth by other ways than HTTP: a command, Redis, an action of the channel; SQLite and PostgreSQL, read only."""

from __future__ import annotations

import json
import sqlite3
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
import trio

from cablecheck.cable.answers import Posted
from cablecheck.errors import UnreachableError
from cablecheck.live.chat_api import ChatApi
from cablecheck.live.targets import place_of
from cablecheck.target.reading import read_text
from tests.foreign import anycable
from tests.foreign.house import House, opened
from tests.target.files import LEAST
from tests.targets.postgres import postgres_server, programs
from tests.targets.process import found
from tests.targets.redis import redis_server

BODY = 'm1 say "hi" [cc:3f:m1]'


@asynccontextmanager
async def chat(environment: dict[str, str] | None = None, **tables: str) -> AsyncIterator[ChatApi]:
    """The least target with these tables in place of its own."""
    lines = [line for line in LEAST.splitlines() if line.partition(" = ")[0] not in tables]
    text = "\n".join([*lines, *(f"{name} = {value}" for name, value in tables.items())])
    described = read_text(text, "x.toml", "t", environment or {})
    api = ChatApi(place_of(described, {}))
    try:
        yield api
    finally:
        await api.aclose()


# A command -----------------------------------------------------------------------------------------------------------------

SAY = """\
import json, os, sys
body = sys.stdin.read()
{do}
"""
COMMANDS: dict[str, tuple[str, Posted]] = {
    "an id": ("print(7)", Posted("ok", "7", status=200)),
    "a word": ("print('abc-1')", Posted("ok", "abc-1", status=200)),
    "JSON": ("print(json.dumps({'m': {'id': body[:2]}}))", Posted("ok", "m1", status=200)),
    "a value of the file's": ("print(os.environ['CABLECHECK_ROOM'] + os.environ['CABLECHECK_LABEL'])", Posted("ok", "7m1", status=200)),
    "the text": ("print(body.partition('[')[2])", Posted("ok", "cc:3f:m1]", status=200)),
    "nothing": ("pass", Posted("info", reason="the command printed no id")),
    "JSON without an id": ("print('{}')", Posted("info", reason="the command printed no id")),
    "null": ("print('null')", Posted("info", reason="the command printed no id")),
    "a failure": ("sys.exit(3)", Posted("info", reason="the command exited with 3")),
    "too slowly": ("import time; time.sleep(30)", Posted("info", reason="no answer within 0.5 s")),
    "all but a secret among its words": ("print(open('/proc/self/cmdline').read().count('s3cr3t'))", Posted("ok", "0", status=200)),
    "a secret in its environment": ("print(os.environ['CABLECHECK_TOKEN'] == 's3cr3t-t0ken')", Posted("ok", "True", status=200)),
}  # fmt: skip


@pytest.mark.parametrize("case", COMMANDS)
async def test_a_command_says_what_it_published(case: str, tmp_path: Path) -> None:
    do, posted = COMMANDS[case]
    script = tmp_path / "say.py"
    script.write_text(SAY.format(do=do))
    path = "m.id" if case == "JSON" else "id"
    within = "500ms" if case == "too slowly" else "10s"
    async with chat(
        {"TOKEN": "s3cr3t-t0ken"},
        publish=json.dumps({"command": [sys.executable, str(script), "{label}"], "id": path}).replace(
            '":', '" ='
        ),
        values='{room = "7", token = "${TOKEN}"}',
        deadlines=f'{{answer = "{within}"}}',
    ) as api:
        assert await api.publish(BODY) == posted


async def test_a_command_that_is_not_there_is_said_in_one_line() -> None:
    async with chat(publish="{command = ['./nobody']}") as api:
        with pytest.raises(
            UnreachableError, match=r"^publish\.command: \./nobody can't be run \(No such file"
        ):
            await api.publish(BODY)


# An action of the channel's -------------------------------------------------------------------------------------------------

PERFORMED = "{perform = {action = 'say', key = '{nonce}', text = '{body}'}}"


async def test_what_is_performed_is_acknowledged_when_it_comes_back() -> None:
    house = House()
    async with opened(anycable.AnyCable(house), house), performing(house) as api:
        assert await api.publish(BODY) == Posted("ok", "[cc:3f:m1]", status=200)


class Deaf(anycable.AnyCable):
    """What is performed here is never broadcast."""

    def performed(self, identifier: str, data: object) -> None:
        pass


class Closed(anycable.AnyCable):
    """There is no such channel here."""

    def confirms(self, identifier: str) -> bool:
        return False


class Strange(anycable.AnyCable):
    """This cable is not for us."""

    def admits(self, head: str) -> bool:
        return False


UNPERFORMED = {
    "nothing comes back": (Deaf, Posted("info", reason="performed, and its message did not come back")),
    "the subscription is rejected": (Closed, Posted("fail", reason="the subscription was rejected")),
    "the upgrade is refused": (
        Strange,
        Posted("fail", reason="not connected: the upgrade was answered with 404"),
    ),
}


@pytest.mark.parametrize("case", UNPERFORMED)
async def test_what_was_not_performed_for_certain_is_said_so(case: str) -> None:
    kind, posted = UNPERFORMED[case]
    house = House()
    async with opened(kind(house), house), performing(house) as api:
        assert await api.publish(BODY) == posted


@asynccontextmanager
async def performing(house: House) -> AsyncIterator[ChatApi]:
    async with chat(
        cable=f"{{url = '{house.cable}'}}",
        subscription='{identifier = \'{"channel":"$pubsub","stream_name":"s"}\'}',
        live="{id = 'key', body = 'text', created_at = ''}",
        publish=PERFORMED,
        deadlines="{answer = '1s'}",
    ) as api:
        yield api


# Redis ----------------------------------------------------------------------------------------------------------------------

REDIS = "{{redis = '{url}', channel = 'chat_1', payload = '{{\"text\":\"{{body}}\"}}', own_id = '{{nonce}}'}}"


@pytest.mark.skipif(found("redis-server") is None, reason="no Redis here: apt-get install redis-server")
async def test_a_message_goes_straight_to_redis(tmp_path: Path) -> None:
    import redis

    async with redis_server(tmp_path) as server:
        with redis.Redis.from_url(server.url) as listener:
            heard = listener.pubsub(ignore_subscribe_messages=True)
            heard.subscribe("chat_1")
            heard.get_message(timeout=5)
            async with chat(publish=REDIS.format(url=server.url)) as api:
                assert await api.publish(BODY) == Posted("ok", "[cc:3f:m1]", status=200)
            message = heard.get_message(timeout=5)
            heard.close()
    assert json.loads(message["data"]) == {"text": BODY}


async def test_a_redis_that_is_not_there_published_nothing_for_certain() -> None:
    async with chat(publish=REDIS.format(url="redis://127.0.0.1:1/0")) as api:
        posted = await api.publish(BODY)
    assert posted.outcome == "fail"
    assert posted.reason.startswith("not connected: Redis says: ")


# The truth by SQL -----------------------------------------------------------------------------------------------------------

ROWS = [
    (1, "a", "2026-11-25 02:00:00.5", "7"),
    (2, "b", "2026-11-25 02:00:01", "7"),
    (3, "c", "2026-11-25 02:00:02", "8"),
]


def sqlite_file(folder: Path) -> Path:
    path = folder / "chat.sqlite3"
    with sqlite3.connect(path) as database:
        database.execute("create table messages (id integer, body text, created_at text, room text)")
        database.executemany("insert into messages values (?, ?, ?, ?)", ROWS)
    database.close()
    return path


def by_sql(sql: object, query: str) -> str:
    return f'{{sql = "{sql}", query = "{query}"}}'


async def test_the_truth_is_read_from_a_file_of_sqlite(tmp_path: Path) -> None:
    query = "select id, body, created_at from messages where room = {room} order by id desc"
    async with chat(
        truth=by_sql(sqlite_file(tmp_path), query), values="{room = '7'}", order="{keys = ['created_at']}"
    ) as api:
        assert [(item["id"], item["body"]) for item in await api.listed()] == [(1, "a"), (2, "b")]


REFUSED = {
    "a query that writes": "with x as (select 1) insert into messages select 9, 'x', '', '7'",
    "a query that is none": "select nothing from nowhere",
}


@pytest.mark.parametrize("case", REFUSED)
async def test_sqlite_is_only_read(case: str, tmp_path: Path) -> None:
    path = sqlite_file(tmp_path)
    async with chat(truth=by_sql(path, REFUSED[case])) as api:
        with pytest.raises(UnreachableError, match=r"^truth\.query: SQLite says: .*; see truth\.sql"):
            await api.listed()
        assert (await api.truth(frozenset())).complete is False
    with sqlite3.connect(path) as database:
        assert database.execute("select count(*) from messages").fetchone() == (3,)
    database.close()


async def test_a_file_of_sqlite_that_is_not_there_is_not_made(tmp_path: Path) -> None:
    path = tmp_path / "nobody.sqlite3"
    async with chat(truth=by_sql(path, "select 1 as id, '' as body")) as api:
        with pytest.raises(UnreachableError, match="unable to open database file"):
            await api.listed()
    assert not path.exists()


@pytest.mark.skipif(programs() is None, reason="no PostgreSQL here: apt-get install postgresql")
async def test_the_truth_is_read_from_postgresql_and_nothing_is_written_there(tmp_path: Path) -> None:
    async with postgres_server(tmp_path) as server:
        server.query("create sequence numbers")
        server.query(
            "create table messages (id bigint, body text, created_at timestamp, room int, price numeric)"
        )
        server.query(
            "insert into messages values (1, 'a', '2026-11-25 02:00:00.5', 7, 3), (2, '100%', now(), 7, 0.5), (3, 'c', now(), 8, 1)"
        )
        query = "select id, body, created_at, price from messages where room = {room} and body like '%' order by id"
        async with chat(truth=by_sql(server.url, query), values="{room = '7'}") as api:
            first, second = await api.listed()
        assert first == {"id": 1, "body": "a", "created_at": "2026-11-25T02:00:00.500000Z"}
        assert (second["id"], second["body"]) == (2, "100%")
        writes = "with x as (insert into messages (id) values (9) returning id) select id, id as body from x"
        async with chat(truth=by_sql(server.url, writes)) as api:
            with pytest.raises(UnreachableError, match="must not contain data-modifying statements"):
                await api.listed()
        async with chat(truth=by_sql(server.url, "select nextval('numbers') as id, '' as body")) as api:
            with pytest.raises(UnreachableError, match="in a read-only transaction"):
                await api.listed()
        assert server.query("select count(*) from messages") == ["3"]


async def test_a_postgresql_that_is_not_there_is_said_in_one_line() -> None:
    async with chat(
        {"DB": "postgresql://u:s3cr3t-passw0rd@127.0.0.1:1/db"}, truth=by_sql("${DB}", "select 1 as id")
    ) as api:
        with pytest.raises(
            UnreachableError, match=r"^truth\.query: PostgreSQL says: .*; see truth\.sql"
        ) as caught:
            await api.listed()
    assert "s3cr3t" not in str(caught.value)


async def test_a_page_may_lead_to_the_next_by_a_whole_url_but_to_no_other_server() -> None:
    house = House()

    class Paged(anycable.AnyCable):
        def answer(self, asked: anycable.Asked) -> anycable.Answered:
            if asked.path == "/evil":
                return anycable.Answered(json={"messages": [], "links": {"next": "http://127.0.0.1:1/x"}})
            last = asked.query.get("page") == "2"
            following = None if last else f"{house.api}/list?page=2"
            return anycable.Answered(
                json={"messages": [{"id": 2 if last else 1, "body": ""}], "links": {"next": following}}
            )

    async with opened(Paged(house), house):
        for path, ids in (("list", [1, 2]), ("evil", None)):
            truth = f"{{request = 'GET {house.api}/{path}?after={{cursor}}', next = 'links.next'}}"
            async with chat(truth=truth) as api:
                if ids is not None:
                    assert [item["id"] for item in await api.listed()] == ids
                else:
                    with pytest.raises(UnreachableError, match="its next page is at another server"):
                        await api.listed()


async def test_two_messages_of_one_second_may_stand_either_way_where_the_file_says_so() -> None:
    house = House()
    items = [
        {"id": 2, "body": "b", "created_at": 5},
        {"id": 1, "body": "a", "created_at": 5},
        {"id": 3, "body": "c", "created_at": 4},
    ]

    class Timed(anycable.AnyCable):
        def answer(self, asked: anycable.Asked) -> anycable.Answered:
            return anycable.Answered(json={"messages": items})

    async with opened(Timed(house), house):
        truth = f"{{request = 'GET {house.api}/list', created_at_format = 's'}}"
        for tie, order in (("id", ["3", "1", "2"]), ("any", ["3", "2", "1"])):
            async with chat(truth=truth, order=f"{{keys = ['created_at'], tie = '{tie}'}}") as api:
                stored = (await api.truth(frozenset())).messages
            assert [each.id for each in stored] == order
            assert (stored[1].key is not None and stored[1].key == stored[2].key) is (tie == "any")
            assert stored[0].key != stored[1].key or tie == "id"


async def test_a_step_that_tells_nothing_of_what_is_kept_is_said_in_one_line() -> None:
    house = House()
    async with opened(anycable.AnyCable(house), house):
        auth = f"[{{request = 'GET {house.api}/log?stream=x', headers = {{Authorization = 'Bearer {anycable.KEY}'}}, capture = {{t = 'json:token'}}}}]"
        async with chat(auth=auth) as api:
            with pytest.raises(
                UnreachableError,
                match=r"the answer has no t \(json:token\); see what it answers, and mend `capture`$",
            ):
                await api.begin()


async def test_an_answer_takes_no_longer_than_the_file_allows() -> None:
    async def handle(stream: trio.SocketStream) -> None:
        async with stream:
            await trio.sleep_forever()

    async with trio.open_nursery() as nursery:
        listeners = await trio.open_tcp_listeners(0, host="127.0.0.1")
        nursery.start_soon(trio.serve_listeners, handle, listeners)
        port = listeners[0].socket.getsockname()[1]
        truth = f"{{request = 'GET http://127.0.0.1:{port}/list'}}"
        async with chat(truth=truth, deadlines="{answer = '200ms'}") as api:
            with pytest.raises(UnreachableError, match=r"no answer within 0\.2 s"):
                await api.listed()
        nursery.cancel_scope.cancel()
