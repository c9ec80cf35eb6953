"""What a target file's tables must say of each other, and what the texts in them must be."""

from __future__ import annotations

import pytest

from cablecheck.target.reading import read_text
from tests.target.files import LEAST, described, findings

CABLE = 'cable = {url = "wss://chat.example/cable"'
# What is changed in the least target (`table = ...` replaces a line, anything else is added), and the one finding.
CASES: dict[str, tuple[str, str]] = {
    "a cable over http": ("cable = {url = 'http://h/cable'}", "2:10: cable.url 'http://h/cable' is no ws or wss URL; write wss://host:port/path"),
    "a cable without a host": ("cable = {url = 'wss:///cable'}", "2:10: cable.url 'wss:///cable' is no ws or wss URL"),
    "a host that is no name": ("cable = {url = 'wss://a..b/cable'}", "2:10: cable.url 'wss://a..b/cable' is no ws or wss URL"),
    "a port that is none": ("cable = {url = 'wss://h:99999/cable'}", "2:10: cable.url "),
    "port 0": ("cable = {url = 'wss://h:0/cable'}", "2:10: cable.url "),
    "a fragment": ("cable = {url = 'wss://h/cable#x'}", "2:10: cable.url "),
    "an origin with a path": (CABLE + ", origin = 'https://h/'}", "2:44: cable.origin 'https://h/' is no origin; write https://host"),
    "an origin that is none": (CABLE + ", origin = 'h'}", "2:44: cable.origin 'h' is no origin"),
    "a subprotocol with a blank": (CABLE + ", subprotocols = ['a b']}", "2:44: 'a b' is no subprotocol"),
    "a cable that may never be silent": (CABLE + ", stale_after = '0s'}", "2:44: cable.stale_after is no time at all"),
    "a header's name": (CABLE + ", headers = {'X Y' = 'z'}}", "2:55: 'X Y' of cable.headers is no header; write a name"),
    "a header of two lines": (CABLE + ", headers = {X = \"a\\nY: b\"}}", "2:55: 'X' of cable.headers is no header"),
    "a cookie that is two": (CABLE + ", cookies = {x = 'a; y=b'}}", "2:55: 'x' of cable.cookies is no cookie"),
    "no subscription": ("subscription =", "1:1: there is no subscription in it; add the table subscription, or webchat"),
    "no publish": ("publish =", "1:1: there is no publish in it"),
    "no truth": ("truth =", "1:1: there is no truth in it"),
    "an empty webchat id": ("webchat = {api = 'https://h', id = '', token = 'abcdef'}", "7:31: webchat.id is empty"),
    "a webchat's API that is none": ("webchat = {api = 'h', id = 'x', token = 'abcdef'}", "7:12: webchat.api 'h' is no http or https URL"),
    "two ways to publish": (
        "publish = {request = 'POST https://h/{body}', command = ['x']}",
        "4:1: publish has request and command; give exactly one of request, perform, command, redis",
    ),
    "no way to publish": ("publish = {id = 'x'}", "4:1: publish has no way to publish; give exactly one of"),
    "a publish without its text": ("publish = {request = 'POST https://h/'}", "4:1: publish does not say {body} anywhere"),
    "a visitor who performs": ("send = {perform = {x = '{body}'}}", "7:1: a visitor can't send by perform; give request"),
    "a time without a body": (
        "publish = {request = 'POST https://h/{body}', created_at_field = 'at'}",
        "4:47: publish.created_at_field has no body to stand in; give json or form",
    ),
    "a publish with two bodies": (
        "publish = {request = 'POST https://h/', json = {b = '{body}'}, form = {b = '{body}'}}",
        "4:64: publish has both json and form; keep one of them",
    ),
    "Redis without an id": (
        "publish = {redis = 'redis://h', channel = 'c', payload = '{\"b\":\"{body}\"}'}",
        "4:12: publish.redis lacks own_id; add own_id = '{nonce}'",
    ),
    "a truth read in two ways": (
        "truth = {ledger = true, request = 'GET https://h/'}",
        "6:1: truth has request and ledger; give exactly one of request, sql, ledger",
    ),
    "a truth that is never read": ("truth = {items = 'x'}", "6:1: truth has no way to be read"),
    "SQL without a query": ("truth = {sql = 'a.db'}", "6:10: truth.sql lacks its query; add query = \"select"),
    "a query without SQL": ("truth = {ledger = true, query = 'select 1'}", "6:25: truth.query lacks its sql"),
    "a query that writes": ("truth = {sql = 'a.db', query = 'delete from m'}", "6:24: truth.query is no select"),
    "a parameter within quotes": (
        "truth = {sql = 'a.db', query = \"select * from m where c = '{room}'\"}\nvalues = {room = '1'}",
        "6:24: truth.query has {room} within quotes; write {room} without them",
    ),
    "a truth that asks nothing": (
        "truth = {request = 'GET https://h/?a={cursor}', empty_cursor = 'skip'}",
        "6:49: a truth that is never asked for is none",
    ),
    "pages without a cursor": ("truth = {request = 'GET https://h/', next = 'next'}", "6:10: truth.request does not say {cursor}"),
    "a catch-up without a cursor": ("catch_up = {request = 'GET https://h/'}", "5:13: catch_up.request does not say {cursor}"),
    "a cursor that can't be left out": (
        "catch_up = {request = 'GET https://h/after/{cursor}'}",
        "5:13: catch_up.request can't leave {cursor} out; write empty_cursor = ",
    ),
    "a request without a method": ("catch_up = {request = 'https://h/?a={cursor}'}", "5:13: catch_up.request 'https://h/?a={cursor}' is no request; write \"POST https://host/path\""),
    "a request without a server": ("catch_up = {request = 'GET /m?a={cursor}'}", "5:13: catch_up.request 'GET /m?a={cursor}' is no request; write \"GET https://host/path\""),
    "a blank in a URL": ("catch_up = {request = 'GET https://h/m?a={cursor} HTTP/1.1'}", "5:13: catch_up.request "),
    "two servers for one page": (
        "send = {request = 'POST https://other.example/', json = {b = '{body}'}}",
        "7:9: catch_up asks chat.example and send asks other.example; give both the same server",
    ),
    "a name that nothing fills in": (
        "publish = {request = 'POST https://h/', json = {b = '{body}', c = '{rom}'}}\nvalues = {room = '1'}",
        "4:41: publish.json says {rom}, which nothing fills in; did you mean 'room'?",
    ),
    "a cursor where there is none": ("publish = {request = 'POST https://h/{body}/{cursor}'}", "4:12: publish.request says {cursor}, which nothing fills in; use one of body, label, nonce, run, or give it"),
    "an identifier that is no JSON": ("subscription = {identifier = '{\"a\":\"b\"c\"}'}", "3:17: subscription.identifier is no JSON object; write '"),
    "an identifier that is a text": ("subscription = {identifier = '\"{run}\"'}", "3:17: subscription.identifier is no JSON object"),
    "a name in the identifier": ("subscription = {identifier = '{\"a\":\"{room}\"}'}", "3:17: subscription.identifier says {room}, which nothing fills in; use one of run, or give it a value under [values]"),
    "a name that is captured only later": (
        "auth = [{request = 'GET https://h/{b}', capture = {a = 'json:'}}, {request = 'GET https://h/{a}', capture = {b = 'json:'}}]",
        "7:10: auth.0.request says {b}, which nothing fills in",
    ),
    "a name that only a switch captures": (
        "switch = {request = 'POST https://h/', capture = {room = 'json:id'}}\nlive = {select = {room = '{room}'}}",
        "8:9: live.select says {room}, which nothing fills in",
    ),
    "a switch that nothing fills in": ("switch = {request = 'POST https://h/{x}'}", "7:11: switch.request says {x}"),
    "a captured name in capitals": ("auth = [{request = 'GET https://h/', capture = {A = 'json:'}}]", "7:49: 'A' is no name for a value"),
    "a place to capture from": ("auth = [{request = 'GET https://h/', capture = {a = 'body:x'}}]", "7:49: 'body:x' is no place to capture from"),
    "a value in capitals": ("values = {A = 'b'}", "7:11: 'A' is no name for a value"),
    "a certificate without its key": ("tls = {certificate = 'c.pem'}", "7:8: tls.certificate lacks its key; add key, or leave both out"),
    "a key without its certificate": ("tls = {key = 'c.key'}", "7:8: tls.key lacks its certificate"),
    "a rate of nothing": ("max_rate = '0/s'", "7:1: max_rate: '0/s' is a rate of nothing; write"),
    "a deadline of nothing": ("deadlines = {recovered = '0s'}", "7:14: deadlines.recovered is no time at all"),
    "an open quote in a command": ("deploy = {command = \"./x 'y\"}", "7:11: deploy.command is no command; write what you would type"),
    "an empty command": ("restart = {command = ''}", "7:12: restart.command is no command"),
    "an unknown profile": ("known = {calm = {hellotxt = {lost = ['m1']}}}", "7:18: unknown profile 'hellotxt'; did you mean 'hellotext'?"),
    "another unknown profile": ("known = {calm = {x = {lost = ['m1']}}}", "7:18: unknown profile 'x'; use one of hellotext, rails"),
    "the client that must be caught": ("known = {calm = {before-catch-up = {lost = ['m1']}}}", "7:18: before-catch-up is the client that must be caught"),
    "accepting nothing": ("known = {calm = {hellotext = {}}}", "7:18: known.calm.hellotext accepts nothing; write what"),
}  # fmt: skip


def changed(change: str) -> str:
    lines = LEAST.splitlines()
    for line in change.splitlines():
        table = line.partition(" = ")[0].removesuffix(" =")
        at = next((at for at, each in enumerate(lines) if each.partition(" = ")[0] == table), len(lines))
        lines[at : at + 1] = [f"# {line}" if line.endswith(" =") else line]
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize(("change", "said"), CASES.values(), ids=list(CASES))
def test_what_does_not_agree_is_said_where_it_stands(change: str, said: str) -> None:
    [finding] = findings(changed(change))
    assert finding.startswith(f"x.toml:{said}"), finding


GOOD = {
    "the least": "",
    "no catch-up": "catch_up =",
    "no subprotocol": CABLE + ", subprotocols = []}",
    "subprotocols": CABLE + ", subprotocols = ['actioncable-v1-json', 'actioncable-unsupported']}",
    "a local cable": "cable = {url = 'ws://[::1]:3000/cable'}",
    "a webchat and nothing else": "webchat = {api = 'https://h/v1', id = 'x', token = 'abcdef'}\nsubscription =\npublish =\ncatch_up =\ntruth =",
    "a webchat's names": "webchat = {api = 'https://h/v1', id = 'x', token = 'abcdef'}\nsubscription = {identifier = '{\"c\":\"{session}\",\"w\":\"{webchat}\"}'}",
    "names that are captured before": "auth = [{request = 'GET https://h/', capture = {a = 'json:', sid = 'cookie:_x', h = 'header:X-Y'}}, {request = 'GET https://h/{a}'}]",
    "a root of one's own": "values = {root = 'https://h'}\ncatch_up = {request = 'GET {root}/m?a={cursor}'}",
    "a root that is captured": "auth = [{request = 'GET https://h/', capture = {root = 'json:'}}]\ncatch_up = {request = 'GET {root}/m?a={cursor}'}\nsend = {request = 'POST https://h/{body}'}",
    "a cursor in the path with a zero": "catch_up = {request = 'GET https://h/after/{cursor}', empty_cursor = '0'}",
    "a profile without a rule": "known = {calm = {hellotext-without-jitter = {lost = ['m1']}}}",
    "performing": "publish = {perform = {action = 'speak', body = '{body}'}}",
    "a command": "publish = {command = ['./publish.sh', '{label}']}",
    "Redis": "publish = {redis = 'redis://h', channel = 'c', payload = '{\"b\":\"{body}\"}', own_id = '{nonce}'}",
    "a ledger": "truth = {ledger = true}",
    "PostgreSQL": "truth = {sql = 'postgresql://h/db', query = 'select id, body from m where room = {room}'}\nvalues = {room = '1'}",
    "sending to the same server": "send = {request = 'POST https://chat.example/', form = {b = '{body}'}}",
}  # fmt: skip


@pytest.mark.parametrize("change", GOOD.values(), ids=list(GOOD))
def test_what_agrees_is_read(change: str) -> None:
    assert read_text(changed(change), "x.toml", "t", {}).name == "t"


def test_the_least_is_all_that_is_needed() -> None:
    assert described().target == described().written
