"""The API beside a proxy that stands alone: Toxiproxy's shapes, what each toxic does on the wire, and who is turned away."""

from __future__ import annotations

import time
from importlib.metadata import version

import pytest
import trio

from tests.live.lines import PING, SUBSCRIBE, exactly, message, nothing_comes, to_the_end
from tests.live.peers import read_head
from tests.live.stands import REQUEST, Standing, standing

RESET = (b"", "rst")
TOXICS = "/proxies/cable/toxics"


def shown(proxy: Standing, *toxics: object, enabled: bool = True) -> dict[str, object]:
    return {
        "name": "cable",
        "listen": proxy.listening.place,
        "upstream": "ws://chat.test/cable",
        "enabled": enabled,
        "toxics": list(toxics),
    }


async def test_the_shapes_are_toxiproxys() -> None:
    async with standing() as proxy:
        assert await proxy.ask("GET", "/version") == (200, {"version": version("cablecheck")})
        assert await proxy.ask("GET", "/proxies") == (200, {"cable": shown(proxy)})
        assert await proxy.ask("GET", "/proxies/cable") == (200, shown(proxy))
        assert await proxy.ask("GET", TOXICS) == (200, [])
        late = {"attributes": {"latency": 100, "jitter": 0}, "name": "latency_downstream", "type": "latency"}
        late |= {"stream": "downstream", "toxicity": 1}
        body = {
            "type": "latency",
            "attributes": {"latency": 100},
            "toxicity": 1.0,
            "stream": "downstream",
            "name": "",
        }
        assert await proxy.ask("POST", TOXICS, body) == (200, late)
        assert await proxy.ask("GET", f"{TOXICS}/latency_downstream") == (200, late)
        assert await proxy.ask("GET", TOXICS) == (200, [late])
        assert await proxy.ask("GET", "/proxies/cable") == (200, shown(proxy, late))
        later = late | {"attributes": {"latency": 100, "jitter": 7}}
        for method in ("POST", "PATCH"):
            changed = await proxy.ask(method, f"{TOXICS}/latency_downstream", {"attributes": {"jitter": 7}})
            assert changed == (200, later)
        assert await proxy.ask("DELETE", f"{TOXICS}/latency_downstream") == (204, None)
        assert await proxy.ask("GET", f"{TOXICS}/latency_downstream") == (
            404,
            {"error": "toxic not found: latency_downstream", "status": 404},
        )


async def test_a_disabled_proxy_refuses_and_resets_and_an_enabled_one_serves_again() -> None:
    async with standing() as proxy:
        client, target = await proxy.cable()
        silent = await proxy.dial()
        assert await proxy.ask("POST", "/proxies/cable", {"enabled": False}) == (
            200,
            shown(proxy, enabled=False),
        )
        assert await to_the_end(client) == RESET
        assert await to_the_end(target) == RESET
        assert (await to_the_end(silent))[0] == b""
        with pytest.raises(OSError, match="attempts to connect"):
            await proxy.dial()
        assert await proxy.ask("PATCH", "/proxies/cable", {"enabled": False}) == (
            200,
            shown(proxy, enabled=False),
        )
        assert await proxy.ask("POST", "/proxies/cable", {"enabled": True}) == (200, shown(proxy))
        await proxy.cable()


async def test_a_deleted_proxy_is_gone_until_it_is_made_again() -> None:
    async with standing() as proxy:
        await proxy.toxic("latency", latency=5)
        assert await proxy.ask("DELETE", "/proxies/cable") == (204, None)
        assert await proxy.ask("GET", "/proxies") == (200, {})
        assert (await proxy.ask("GET", "/proxies/cable"))[0] == 404
        assert await proxy.ask("POST", "/reset") == (204, None)
        with pytest.raises(OSError, match="attempts to connect"):
            await proxy.dial()
        mine = {"name": "cable", "listen": proxy.listening.place, "upstream": "ws://chat.test/cable"}
        assert await proxy.ask("POST", "/proxies", mine) == (201, shown(proxy))
        assert (await proxy.ask("POST", "/proxies", mine))[0] == 409
        assert await proxy.ask("POST", "/populate", [mine]) == (201, {"proxies": [shown(proxy)]})
        await proxy.cable()


async def test_a_reset_takes_everything_away_and_opens_the_port() -> None:
    async with standing("  - connect: {}\n  - strip: {id: bare}\n") as proxy:
        await proxy.cable()
        await proxy.until("armed bare")
        await proxy.toxic("reset_peer", timeout=60_000)
        await proxy.ask("POST", "/proxies/cable", {"enabled": False})
        assert await proxy.ask("POST", "/reset") == (204, None)
        assert await proxy.ask("GET", "/proxies/cable") == (200, shown(proxy))
        await proxy.cable()


async def test_a_storys_faults_are_listed_and_can_be_taken_away() -> None:
    async with standing("  - connect: {}\n  - latency: {delay: 20ms, id: slow}\n") as proxy:
        await proxy.dial()
        client = await proxy.dial()
        await client.send_all(REQUEST)
        await proxy.until("armed slow")
        told = {
            "attributes": {"delay": "20ms", "id": "slow"},
            "name": "slow",
            "type": "latency",
            "stream": "downstream",
        }
        assert await proxy.ask("GET", TOXICS) == (200, [told | {"toxicity": 1}])
        assert (await proxy.ask("POST", TOXICS, {"type": "strip", "name": "slow"}))[0] == 409
        assert await proxy.ask("DELETE", f"{TOXICS}/slow") == (204, None)
        assert await proxy.ask("GET", TOXICS) == (200, [])


# What toxics do ---------------------------------------------------------------------------------------------------------------------


async def test_latency_makes_frames_late_until_it_is_taken_away() -> None:
    async with standing() as proxy:
        client, target = await proxy.cable()
        await proxy.toxic("latency", latency=300)
        began = time.perf_counter()
        await target.send_all(message(1))
        assert await exactly(client, len(message(1))) == message(1)
        assert time.perf_counter() - began >= 0.3
        await proxy.ask("POST", f"{TOXICS}/latency_downstream", {"attributes": {"latency": 60_000}})
        await target.send_all(message(2))
        assert await nothing_comes(client)
        await proxy.ask("DELETE", f"{TOXICS}/latency_downstream")
        assert await exactly(client, len(message(2))) == message(2)


async def test_latency_upstream_makes_commands_late() -> None:
    async with standing() as proxy:
        client, target = await proxy.subscribed()
        await proxy.toxic("latency", stream="upstream", latency=60_000)

        await client.send_all(SUBSCRIBE)
        assert await nothing_comes(target)
        await proxy.ask("POST", "/reset")
        assert await exactly(target, len(SUBSCRIBE)) == SUBSCRIBE


async def test_bandwidth_is_narrow() -> None:
    async with standing() as proxy:
        client, target = await proxy.cable()
        await proxy.toxic("bandwidth", rate=1)
        await target.send_all(message(1) * 5)
        began = time.perf_counter()
        assert await exactly(client, len(message(1)) * 5) == message(1) * 5
        assert time.perf_counter() - began >= 5 * (len(message(1)) - 4) / 1000 - 0.05


async def test_timeout_keeps_everything_back_for_old_and_new_until_it_is_taken_away() -> None:
    async with standing() as proxy:
        client, target = await proxy.cable()
        await proxy.toxic("timeout", timeout=0)
        await target.send_all(message(1))
        assert await nothing_comes(client)
        new = await proxy.dial()
        await new.send_all(REQUEST)
        assert await nothing_comes(new)
        assert [toxic["name"] for toxic in (await proxy.ask("GET", TOXICS))[1]] == ["timeout_downstream"]
        assert await proxy.ask("DELETE", f"{TOXICS}/timeout_downstream") == (204, None)
        assert await exactly(client, len(message(1))) == message(1)
        assert await read_head(await proxy.accepted.receive())


async def test_timeout_resets_what_it_kept_back_once_its_time_is_up_and_goes_on() -> None:
    async with standing() as proxy:
        client, target = await proxy.cable()
        await proxy.toxic("timeout", timeout=200)
        await target.send_all(message(1))
        assert await to_the_end(client) == RESET
        new = await proxy.dial()
        await new.send_all(REQUEST)
        assert await to_the_end(new) == RESET
        assert await proxy.ask("DELETE", f"{TOXICS}/timeout_downstream") == (204, None)
        await proxy.cable()


@pytest.mark.parametrize("milliseconds", [0, 200])
async def test_reset_peer_resets_who_is_there_and_who_comes(milliseconds: int) -> None:
    async with standing() as proxy:
        client, target = await proxy.cable()
        await proxy.toxic("reset_peer", timeout=milliseconds)
        if milliseconds:
            await target.send_all(PING)
            assert await exactly(client, len(PING)) == PING
        assert await to_the_end(client) == RESET
        new = await proxy.dial()
        await new.send_all(REQUEST)
        assert await to_the_end(new) == RESET
        assert await proxy.ask("DELETE", f"{TOXICS}/reset_peer_downstream") == (204, None)
        await proxy.cable()


async def test_a_toxic_that_is_taken_away_before_its_time_never_strikes() -> None:
    async with standing() as proxy:
        client, target = await proxy.cable()
        await proxy.toxic("reset_peer", timeout=300)
        await proxy.ask("DELETE", f"{TOXICS}/reset_peer_downstream")
        assert await nothing_comes(client, 0.4)
        await target.send_all(PING)
        assert await exactly(client, len(PING)) == PING


async def test_a_cut_strikes_once_and_can_be_had_again() -> None:
    async with standing() as proxy:
        for number in (1, 2):
            client, _ = await proxy.cable()
            assert (await proxy.toxic("cut", how="fin"))["name"] == "cut"
            assert await to_the_end(client) == (b"", "fin")
            assert await proxy.ask("GET", TOXICS) == (200, [])
            await client.aclose()
            await proxy.until(f"fired cut at cable {number}")


async def test_a_hold_keeps_a_frame_until_it_is_taken_away() -> None:
    async with standing() as proxy:
        client, target = await proxy.cable()
        await proxy.toxic("hold", name="keep_it", what="message")
        await target.send_all(message(1) + PING)
        assert await exactly(client, len(PING)) == PING
        await proxy.ask("DELETE", f"{TOXICS}/keep_it")
        assert await exactly(client, len(message(1))) == message(1)
        assert "released keep_it: given" in proxy.lines


async def test_what_is_used_up_is_listed_no_more() -> None:
    async with standing() as proxy:
        client, target = await proxy.cable()
        await proxy.toxic("drop", what="message", count=1)
        await target.send_all(message(1) + message(2))
        assert await exactly(client, len(message(2))) == message(2)
        assert await proxy.ask("GET", TOXICS) == (200, [])
        assert (await proxy.ask("POST", f"{TOXICS}/drop", {}))[0] == 404


# Who is turned away, and what is no request -----------------------------------------------------------------------------------------

REFUSED = {
    "no JSON": ("POST", TOXICS, b"{", 400, "bad request body: it is no JSON"),
    "very deep JSON": ("POST", TOXICS, b"[" * 50_000, 400, "bad request body: it is no JSON"),
    "a list": ("POST", TOXICS, [], 400, "bad request body: a JSON object is needed"),
    "no type": ("POST", TOXICS, {}, 400, "a toxic needs a type, such as latency or cut"),
    "no text as a type": ("POST", TOXICS, {"type": 7}, 400, "a toxic needs a type, such as latency or cut"),
    "unknown type": ("POST", TOXICS, {"type": "lag"}, 400, "invalid toxic type 'lag'; use one of latency"),
    "unknown key": ("POST", TOXICS, {"type": "cut", "atributes": {}}, 400, "bad request body: unknown key 'atributes'; use"),
    "no stream": ("POST", TOXICS, {"type": "latency", "stream": "up"}, 400, "stream was invalid, can be either upstream or downstream"),
    "attributes in a list": ("POST", TOXICS, {"type": "cut", "attributes": [1]}, 400, "bad request body: attributes is no object"),
    "a chance": ("POST", TOXICS, {"type": "latency", "toxicity": 0.5}, 400, "toxicity other than 1 has no counterpart here"),
    "a truth as chance": ("POST", TOXICS, {"type": "latency", "toxicity": True}, 400, "toxicity other than 1 has no"),
    "a name with a slash": ("POST", TOXICS, {"type": "latency", "name": "a/b"}, 400, "a toxic's name has up to 64 letters"),
    "a name of ours": ("POST", TOXICS, {"type": "latency", "name": "disabled"}, 409, "toxic already exists: disabled"),
    "no such toxic": ("DELETE", f"{TOXICS}/none", None, 404, "toxic not found: none"),
    "no such proxy": ("GET", "/proxies/redis", None, 404, "proxy not found: redis; there is cable"),
    "no such path": ("GET", "/metrics", None, 404, "no such path: /metrics"),
    "no such path below": ("GET", f"{TOXICS}/a/b", None, 404, f"no such path: {TOXICS}/a/b"),
    "another method": ("PUT", "/reset", None, 405, "PUT means nothing here; use POST"),
    "another proxy": ("POST", "/proxies", {"name": "redis"}, 400, "there is one proxy here, and its name is cable"),
    "a nameless proxy": ("POST", "/proxies", {}, 400, "there is one proxy here, and its name is cable"),
    "no proxy": ("POST", "/proxies", [], 400, "bad request body: a JSON object is needed"),
    "no list of proxies": ("POST", "/populate", {}, 400, "bad request body: a list of proxies is needed"),
    "another upstream": ("POST", "/proxies/cable", {"upstream": "a:1"}, 400, "upstream is ws://chat.test/cable, and can be changed"),
    "half enabled": ("POST", "/proxies/cable", {"enabled": 1}, 400, "enabled is neither true nor false"),
}  # fmt: skip


@pytest.mark.parametrize(("method", "path", "body", "status", "words"), REFUSED.values(), ids=REFUSED.keys())
async def test_what_is_no_proper_request_changes_nothing_and_says_why(
    method: str, path: str, body: object, status: int, words: str
) -> None:
    async with standing() as proxy:
        got, said = await proxy.ask(method, path, body)
        assert (got, said["status"]) == (status, status)
        assert said["error"].startswith(words)
        assert await proxy.ask("GET", "/proxies/cable") == (200, shown(proxy))
        assert proxy.told == []


async def test_a_change_that_is_none_leaves_the_toxic_as_it_was() -> None:
    async with standing() as proxy:
        await proxy.toxic("latency", latency=5)
        status, said = await proxy.ask(
            "POST", f"{TOXICS}/latency_downstream", {"attributes": {"jitter": "x"}}
        )
        assert (status, said["error"]) == (
            400,
            'attribute jitter is "x"; use a whole number from 0 to 86400000',
        )
        [toxic] = (await proxy.ask("GET", TOXICS))[1]
        assert toxic["attributes"] == {"latency": 5, "jitter": 0}
        assert proxy.lines == ["armed latency_downstream"]


@pytest.mark.parametrize(
    "headers",
    [
        {"User_Agent": "Mozilla/5.0 (X11; Linux x86_64)"},
        {"Origin": "http://evil.test"},
        {"Sec_Fetch_Site": "cross-site"},
        {"Host": "evil.test:8474"},
        {"Host": "[2001:db8::1]:8474"},
    ],
)
async def test_a_page_in_a_browser_is_turned_away(headers: dict[str, str]) -> None:
    async with standing() as proxy:
        status, said = await proxy.ask(
            "POST", TOXICS, {"type": "cut", "attributes": {"how": "rst"}}, **headers
        )
        assert (status, said["status"]) == (403, 403)
        assert proxy.told == []


async def test_a_host_of_this_machine_is_welcome() -> None:
    async with standing() as proxy:
        for host in ("localhost", "LOCALHOST:1", "127.0.0.1", "[::1]:8474"):
            assert (await proxy.ask("GET", "/version", Host=host))[0] == 200


async def test_a_body_that_is_too_long_is_refused_unread() -> None:
    async with standing() as proxy:
        assert (await proxy.ask("POST", TOXICS, b"[" * 100_000))[0] == 413
        assert (await proxy.ask("GET", "/version"))[0] == 200


async def test_garbage_and_an_upgrade_end_their_own_connection_only() -> None:
    async with standing() as proxy:
        assert proxy.listening.api is not None
        host, _, port = proxy.listening.api.rpartition(":")
        for garbage in (
            b"\x16\x03\x01\r\n\r\n",
            b"GET / HTTP/9\r\n\r\n",
            REQUEST.replace(b"\r\n\r\n", b"\r\n\r\nxyz"),
            b"",
        ):
            async with await trio.open_tcp_stream(host, int(port)) as stream:
                await stream.send_all(garbage)
                await stream.send_eof()
                await to_the_end(stream)
        assert (await proxy.ask("GET", "/version"))[0] == 200
