"""Reaching a target by its route: TLS as it has to be, proxies, and every failure in words."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest
import trio
import trio.testing

from cablecheck.errors import BadInputError, UnreachableError
from cablecheck.live.asking import ask_json, new_http
from cablecheck.live.dialling import straight
from cablecheck.live.http_proxy import proxy_from, read_proxy
from cablecheck.live.proxy import side
from cablecheck.live.proxy.side import dial
from cablecheck.live.rest import fetch
from cablecheck.live.route import Route
from cablecheck.live.secured import Secured
from cablecheck.live.trust import client_context, server_context
from cablecheck.target.wire import Ask
from tests.live.authority import SITE, Authority, secured_site
from tests.live.lines import to_the_end
from tests.live.peers import Script, read_head, reset, serving
from tests.live.tunnels import digging

ANSWER = b'HTTP/1.1 200 OK\r\nContent-Length: 8\r\nConnection: close\r\n\r\n{"a": 1}'


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return Authority(tmp_path)


async def answering(stream: trio.abc.Stream) -> None:
    await read_head(stream)
    await stream.send_all(ANSWER)


async def failure(route: Route) -> str:
    """Why the proxy's own dial comes to nothing."""
    with trio.fail_after(10), pytest.raises(ConnectionError) as caught:
        await dial(route, lambda _: None, lambda _: None)
    return str(caught.value)


async def asked(route: Route, url: str) -> object:
    async with new_http(lambda _: route) as http:
        return await ask_json(http, Ask("GET", url))


# TLS ------------------------------------------------------------------------------------------------------------------------------


async def test_a_custom_authority_is_trusted_and_the_site_asked_for_by_its_name(authority: Authority) -> None:
    async with secured_site(authority.serving(), answering) as site:
        route = Route("127.0.0.1", site.port, client_context(authority.file), SITE)
        assert await asked(route, f"https://{SITE}/v1/messages") == {"a": 1}
        got = await fetch(lambda: straight(route, route)("rest", 1, False), Ask("GET", f"https://{SITE}/"))
        assert (got.status, got.content) == (200, b'{"a": 1}')
        assert site.asked == [SITE, SITE]


async def test_a_client_certificate_is_shown_to_a_site_that_wants_one(authority: Authority) -> None:
    certificate, key = authority.issue("staging-client")
    async with secured_site(authority.serving(clients=True), answering) as site:
        trust = client_context(authority.file, certificate, key)
        assert await asked(Route("127.0.0.1", site.port, trust, SITE), f"https://{SITE}/") == {"a": 1}
        assert site.clients == ["staging-client"]


async def test_a_missing_client_certificate_is_said(authority: Authority) -> None:
    async with secured_site(authority.serving(clients=True), answering) as site:
        route = Route("127.0.0.1", site.port, client_context(authority.file), SITE)
        with pytest.raises(UnreachableError, match="it wants a client certificate, and was given none"):
            await asked(route, f"https://{SITE}/")
        side = await dial(route, lambda _: None, lambda _: None)  # TLS 1.3 tells only after the handshake
        assert await side.read() == "rst"
        assert side.trouble == "it wants a client certificate, and was given none"
        side.close()


async def test_a_client_certificate_of_a_strange_authority_is_said(
    authority: Authority, tmp_path: Path
) -> None:
    (tmp_path / "other").mkdir()
    certificate, key = Authority(tmp_path / "other").issue("nobody")
    async with secured_site(authority.serving(clients=True), answering) as site:
        route = Route("127.0.0.1", site.port, client_context(authority.file, certificate, key), SITE)
        with pytest.raises(UnreachableError, match="it does not trust the client certificate"):
            await asked(route, f"https://{SITE}/")


async def test_each_bad_certificate_is_refused_in_words(authority: Authority) -> None:
    trust = client_context(authority.file)
    cases = {
        "its certificate has expired": (authority.serving(age_days=9), trust),
        "its certificate is not valid yet": (authority.serving(age_days=-1), trust),
        f"its certificate is for another name (Hostname mismatch, certificate is not valid for '{SITE}')": (
            authority.serving("other.test"),
            trust,
        ),
        "its certificate is not trusted (unable to get local issuer certificate; SSL_CERT_FILE names a file of more that are)": (
            authority.serving(),
            client_context(),
        ),
    }
    for words, (serves, trusts) in cases.items():
        async with secured_site(serves, answering) as site:
            said = await failure(Route("127.0.0.1", site.port, trusts, SITE))
            assert said == f"127.0.0.1:{site.port} can't be reached: {words}"


async def plain(stream: trio.SocketStream) -> None:
    await stream.receive_some(4096)
    await stream.send_all(b"HTTP/1.1 400 Bad Request\r\n\r\n")


async def gone(stream: trio.SocketStream) -> None:
    await stream.receive_some(4096)


async def resetting(stream: trio.SocketStream) -> None:
    await stream.receive_some(4096)
    reset(stream)


@pytest.mark.parametrize(
    ("script", "words"),
    [
        (plain, "it does not speak TLS (WRONG_VERSION_NUMBER)"),
        (gone, "it ended the connection during the TLS handshake"),
        (resetting, "connection reset by peer"),
    ],
)
async def test_what_is_no_tls_at_all_is_said(script: Script, words: str) -> None:
    async with serving(script) as to:
        port = to.args[1]  # type: ignore[attr-defined]
        assert (await failure(Route("127.0.0.1", port, client_context()))).endswith(
            f"can't be reached: {words}"
        )


async def test_a_host_that_nobody_is_at_and_a_name_that_nobody_knows_are_said() -> None:
    assert await failure(Route("127.0.0.1", 1)) == "127.0.0.1:1 can't be reached: connection refused"
    said = await failure(Route("nobody.invalid", 443))
    assert said.startswith("nobody.invalid:443 can't be reached: its name is not known here (")


async def test_a_handshake_that_hangs_ends_at_the_deadline(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(side, "DIAL_SECONDS", 0.2)

    async def silent(stream: trio.SocketStream) -> None:
        await trio.sleep_forever()

    async with serving(silent) as to:
        port = to.args[1]  # type: ignore[attr-defined]
        assert (await failure(Route("127.0.0.1", port, client_context()))).endswith(
            "no connection within 0.2 s"
        )


# The stream -----------------------------------------------------------------------------------------------------------------------


@asynccontextmanager
async def pair(authority: Authority) -> AsyncIterator[tuple[Secured, trio.SSLStream[trio.SocketStream]]]:
    """Our stream in TLS and trio's at the other end, after the handshake."""
    serves = server_context(*authority.issue(SITE), "x")
    near, far = trio.socket.socketpair()
    with near, far:
        ours = Secured(trio.SocketStream(near), client_context(authority.file), SITE)
        theirs = trio.SSLStream(trio.SocketStream(far), serves, server_side=True, https_compatible=True)
        with trio.fail_after(10):
            async with trio.open_nursery() as nursery:
                nursery.start_soon(theirs.do_handshake)
                await ours.do_handshake()
            yield ours, theirs


async def test_much_goes_both_ways_at_once(authority: Authority) -> None:
    """Both write before either has read anything: whoever could not read while it writes would wait for ever."""
    much = bytes(range(256)) * 20_000
    async with pair(authority) as (ours, theirs), trio.open_nursery() as nursery:
        nursery.start_soon(ours.send_all, much)
        nursery.start_soon(theirs.send_all, much)
        await trio.testing.wait_all_tasks_blocked()

        async def take(stream: trio.abc.Stream) -> None:
            got = bytearray()
            while len(got) < len(much):
                got += await stream.receive_some(70_000)
            assert bytes(got) == much

        nursery.start_soon(take, ours)
        nursery.start_soon(take, theirs)


async def test_two_of_our_own_streams_write_much_to_each_other_before_they_read(authority: Authority) -> None:
    much = bytes(range(256)) * 20_000
    near, far = trio.socket.socketpair()
    with near, far, trio.fail_after(10):
        ours = Secured(trio.SocketStream(near), client_context(authority.file), SITE)
        theirs = Secured(trio.SocketStream(far), server_context(*authority.issue(SITE), "x"))
        async with trio.open_nursery() as nursery:
            nursery.start_soon(theirs.do_handshake)
            await ours.do_handshake()
        async with trio.open_nursery() as nursery:
            nursery.start_soon(ours.send_all, much)
            nursery.start_soon(theirs.send_all, much)
            await trio.testing.wait_all_tasks_blocked()

            async def take(stream: Secured) -> None:
                got = bytearray()
                while len(got) < len(much):
                    got += await stream.receive_some(70_000)
                assert bytes(got) == much

            nursery.start_soon(take, ours)
            nursery.start_soon(take, theirs)


async def test_one_direction_ends_with_a_farewell_and_the_other_goes_on(authority: Authority) -> None:
    async with pair(authority) as (ours, theirs):
        await ours.send_all(b"last words")
        await theirs.send_all(b"said before it heard ")
        await ours.send_eof()
        assert await theirs.receive_some(100) == b"last words"
        assert await theirs.receive_some(100) == b""
        await theirs.send_all(b"and after")
        await trio.aclose_forcefully(theirs)
        assert (await to_the_end(ours))[0] == b"said before it heard and after"


async def test_an_end_of_tcp_without_a_farewell_is_an_end(authority: Authority) -> None:
    async with pair(authority) as (ours, theirs):
        await theirs.send_all(b"cut off")
        await theirs.transport_stream.send_eof()
        assert await to_the_end(ours) == (b"cut off", "fin")


async def test_garbage_amid_tls_breaks_the_stream(authority: Authority) -> None:
    async with pair(authority) as (ours, theirs):
        await theirs.transport_stream.send_all(b"garbage" * 10)
        with pytest.raises(trio.BrokenResourceError):
            await ours.receive_some(100)
        with pytest.raises(trio.BrokenResourceError):
            await ours.send_all(b"x")


# Proxies --------------------------------------------------------------------------------------------------------------------------


async def test_a_target_behind_a_proxy_is_reached_by_a_tunnel_in_tls_and_plain(authority: Authority) -> None:
    async with (
        secured_site(authority.serving(), answering) as site,
        serving(answering) as to,
        digging({f"{SITE}:443": site.port, f"{SITE}:80": to.args[1]}) as digger,  # type: ignore[attr-defined]
    ):
        proxy = read_proxy(digger.url, "--proxy")
        secure = Route(SITE, 443, client_context(authority.file), proxy=proxy)
        assert await asked(secure, f"https://{SITE}/v1/messages") == {"a": 1}
        assert await asked(replace(secure, port=80, tls=None), f"http://{SITE}/v1/messages") == {"a": 1}
        assert site.asked == [SITE]
        assert [head.split("\r\n")[0] for head in digger.asked] == [
            f"CONNECT {SITE}:443 HTTP/1.1",
            f"CONNECT {SITE}:80 HTTP/1.1",
        ]
        assert "Authorization" not in "".join(digger.asked)


async def test_a_proxy_that_speaks_tls_itself_is_spoken_to_in_tls(authority: Authority) -> None:
    async with secured_site(authority.serving(), answering) as site:

        async def dig_in_tls(stream: Secured) -> None:
            await read_head(stream)
            await stream.send_all(b"HTTP/1.1 200 OK\r\n\r\n")
            far = await trio.open_tcp_stream("127.0.0.1", site.port)

            async def back() -> None:
                while data := await far.receive_some(65536):
                    await stream.send_all(data)

            async with far, trio.open_nursery() as nursery:
                nursery.start_soon(back)
                while data := await stream.receive_some(65536):
                    await far.send_all(data)
                nursery.cancel_scope.cancel()

        async with secured_site(authority.serving("127.0.0.1"), dig_in_tls) as digger:
            trust = client_context(authority.file)
            proxy = replace(read_proxy(f"https://127.0.0.1:{digger.port}", "p"), tls=trust)
            assert await asked(Route(SITE, 443, trust, proxy=proxy), f"https://{SITE}/") == {"a": 1}
            said = await failure(
                Route(SITE, 443, trust, proxy=read_proxy(f"https://127.0.0.1:{digger.port}", "p"))
            )
            assert (
                f"the proxy 127.0.0.1:{digger.port}: no TLS connection: its certificate is not trusted"
                in said
            )


@pytest.mark.parametrize(
    ("user", "words"),
    [
        ("", "wants to know who asks (407); write its URL as http://user:password@host:port"),
        ("ann:wrong@", "does not accept the user and password of its URL (407)"),
        ("ann:p%40ss@", None),
    ],
)
async def test_who_asks_is_told_to_a_proxy_that_wants_to_know(user: str, words: str | None) -> None:
    async with (
        serving(answering) as to,
        digging({f"{SITE}:80": to.args[1]}, credentials="Basic YW5uOnBAc3M=") as digger,  # type: ignore[attr-defined]
    ):
        route = Route(SITE, 80, proxy=read_proxy(digger.url.replace("://", f"://{user}"), "--proxy"))
        if words is None:
            assert await asked(route, f"http://{SITE}/") == {"a": 1}
        else:
            said = await failure(route)
            place = f"the proxy 127.0.0.1:{digger.port}"
            assert said == f"{SITE}:80 can't be reached by {place}: {place} {words}"
        assert "wrong" not in repr(route)
        assert "p@ss" not in repr(route)


@pytest.mark.parametrize(
    ("instead", "words"),
    [
        (b"HTTP/1.1 403 No\r\n\r\n", f"does not let us through to {SITE}:80 (403)"),
        (b"HTTP/1.1 100 Wait\r\n\r\nHTTP/1.1 504 No\r\n\r\n", f"can't reach {SITE}:80 (504)"),
        (b"SSH-2.0-OpenSSH_9.2\r\n\r\n", "does not answer as an HTTP proxy does (illegal status line"),
        (
            b"HTTP/1.1 200 OK\r\n\r\nwelcome",
            "talks before anybody asked it anything; see that it is an HTTP proxy",
        ),
        (b"HTTP/1.1 200 OK\r\nX: " + b"y" * 100_000, "does not answer as an HTTP proxy does ("),
        (b"", "ended the connection instead of answering"),
    ],
)
async def test_a_proxy_that_digs_no_tunnel_is_named_with_its_reason(instead: bytes, words: str) -> None:
    async with digging({}, instead=instead) as digger:
        said = await failure(Route(SITE, 80, proxy=read_proxy(digger.url, "--proxy")))
        assert f"the proxy 127.0.0.1:{digger.port} {words}" in said


async def test_a_proxy_that_hangs_resets_or_is_not_there_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(side, "DIAL_SECONDS", 0.3)
    async with digging({}, instead=b"hang") as digger:
        said = await failure(Route(SITE, 80, proxy=read_proxy(digger.url, "p")))
        assert (
            said
            == f"{SITE}:80 can't be reached by the proxy 127.0.0.1:{digger.port}: no connection within 0.3 s"
        )
    async with serving(resetting) as to:
        proxy = read_proxy(f"127.0.0.1:{to.args[1]}", "p")  # type: ignore[attr-defined]
        assert "reset the connection instead of answering" in await failure(Route(SITE, 80, proxy=proxy))
    said = await failure(Route(SITE, 80, proxy=read_proxy("127.0.0.1:1", "p")))
    assert said.endswith("the proxy 127.0.0.1:1 can't be reached: connection refused")


@pytest.mark.parametrize(
    ("url", "host", "port", "credentials"),
    [
        ("http://squid.test:3128", "squid.test", 3128, None),
        ("squid.test:3128", "squid.test", 3128, None),
        ("squid.test", "squid.test", 1080, None),
        ("https://squid.test/", "squid.test", 443, None),
        ("http://ann:p%40ss@[::1]:80", "::1", 80, "ann:p@ss"),
        ("http://ann@squid.test", "squid.test", 1080, "ann:"),
    ],
)
def test_the_url_of_a_proxy_is_read_as_curl_reads_it(
    url: str, host: str, port: int, credentials: str | None
) -> None:
    proxy = read_proxy(url, "p")
    assert (proxy.host, proxy.port, proxy.credentials) == (host, port, credentials)
    assert (proxy.tls is not None) == url.startswith("https")


@pytest.mark.parametrize(
    "url",
    ["", "http://", "http://:80", "http://a:b@", "http://a:99999", "http://a/b", "http://[x", "höst:80"],
)
def test_what_is_no_url_of_a_proxy_is_bad_input(url: str) -> None:
    with pytest.raises(BadInputError, match="is no URL of a proxy; write http://host:port or"):
        read_proxy(url, "HTTPS_PROXY")


def test_a_proxy_of_another_kind_is_bad_input_and_its_password_is_not_shown() -> None:
    with pytest.raises(BadInputError) as caught:
        read_proxy("socks5://ann:secret@squid.test:1080", "ALL_PROXY")
    assert str(caught.value).startswith("ALL_PROXY: 'socks5://squid.test:1080' is no HTTP proxy; ")


ENVIRONMENTS = {
    "nothing": ({}, True, None),
    "the one for TLS": ({"HTTPS_PROXY": "s:1", "HTTP_PROXY": "p:1"}, True, "s"),
    "the one for plain": ({"HTTPS_PROXY": "s:1", "HTTP_PROXY": "p:1"}, False, "p"),
    "lower case first": ({"https_proxy": "l:1", "HTTPS_PROXY": "s:1"}, True, "l"),
    "the one for all, last": ({"ALL_PROXY": "a:1", "HTTP_PROXY": "p:1"}, True, "a"),
    "empty is none": ({"HTTPS_PROXY": " ", "all_proxy": "a:1"}, True, "a"),
    "a header of CGI": ({"HTTP_PROXY": "evil:1", "REQUEST_METHOD": "GET"}, False, None),
    "its own lower case in CGI": ({"http_proxy": "p:1", "REQUEST_METHOD": "GET"}, False, "p"),
    "spared": ({"HTTPS_PROXY": "s:1", "NO_PROXY": "other, chat.test"}, True, None),
    "spared with all below it": ({"HTTPS_PROXY": "s:1", "no_proxy": ".TEST"}, True, None),
    "spared, but not what ends alike": ({"HTTPS_PROXY": "s:1", "NO_PROXY": "hat.test"}, True, "s"),
    "all spared": ({"HTTPS_PROXY": "s:1", "NO_PROXY": "*"}, True, None),
}


@pytest.mark.parametrize(("environment", "secure", "host"), ENVIRONMENTS.values(), ids=ENVIRONMENTS.keys())
def test_the_environment_names_the_proxy(environment: dict[str, str], secure: bool, host: str | None) -> None:
    proxy = proxy_from(environment, SITE, secure=secure)
    assert (proxy and proxy.host) == host


@pytest.mark.parametrize(
    ("host", "spared"),
    [
        ("10.1.2.3", True),
        ("10.2.2.3", False),
        ("fd00::7", True),
        ("192.168.1.1", True),
        ("10.1.2.3.test", False),
    ],
)
def test_addresses_are_spared_by_their_networks(host: str, spared: bool) -> None:
    environment = {"ALL_PROXY": "a:1", "NO_PROXY": "10.1.0.0/16,[fd00::]/8,fd00::/8,192.168.1.1,nonsense/99"}
    assert (proxy_from(environment, host, secure=True) is None) == spared


@pytest.mark.parametrize("host", ["127.0.0.1", "127.9.9.9", "::1", "localhost", "LOCALHOST."])
def test_loopback_is_reached_straight(host: str) -> None:
    assert Route(host, 443).through({"http_proxy": "p:1", "ALL_PROXY": "p:1"}).proxy is None
