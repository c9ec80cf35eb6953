"""Which hosts a target file makes cablecheck speak to."""

from __future__ import annotations

import pytest

from cablecheck.target.model import Cable, Capturing, CatchUp, Publish, Target, Truth, Webchat
from cablecheck.target.sites import sites_of
from cablecheck.target.webchat import completed

CABLE = Cable(url="wss://cable.test:444/cable?token=hush")


def test_a_webchat_has_its_cable_and_its_api() -> None:
    chat = Webchat(api="https://api.test/v1", id="w", token="t")
    assert sites_of(completed(Target(cable=CABLE, webchat=chat))) == {
        "cable.test": "wss://cable.test:444/cable",
        "api.test": "https://api.test/v1/public/webchats/w/sessions",
    }


def test_every_table_may_name_a_host_of_its_own() -> None:
    target = Target(
        cable=CABLE,
        values={"root": "http://root.test/api"},
        auth=(Capturing(request="POST https://auth.test/login"),),
        conversation=(Capturing(request="POST {root}/begin"),),
        switch=Capturing(request="POST https://switch.test/new"),
        publish=Publish(redis="redis://:hush@redis.test:6379/1", channel="c", payload="{body}"),
        send=Publish(request="POST https://send.test/say?key={body}"),
        catch_up=CatchUp(request="GET https://missed.test/after?after_id={cursor}"),
        truth=Truth(sql="postgresql://reader:hush@base.test/chat", query="select 1"),
    )
    assert sites_of(target) == {
        "cable.test": "wss://cable.test:444/cable",
        "auth.test": "https://auth.test/login",
        "root.test": "http://root.test/api/begin",
        "switch.test": "https://switch.test/new",
        "send.test": "https://send.test/say",
        "missed.test": "https://missed.test/after",
        "redis.test": "redis://redis.test:6379/1",
        "base.test": "postgresql://base.test/chat",
    }


@pytest.mark.parametrize(
    ("sql", "hosts"),
    [
        ("postgresql:///chat", set()),
        ("postgresql:///chat?host=/var/run/postgresql", set()),
        ("postgres:///chat?host=other.test", {"other.test"}),
        ("chat.sqlite3", set()),
    ],
)
def test_a_socket_or_a_file_is_on_this_machine(sql: str, hosts: set[str]) -> None:
    target = Target(
        cable=CABLE,
        publish=Publish(redis="unix:///run/redis.sock", channel="c", payload="{body}"),
        truth=Truth(sql=sql, query="select 1"),
    )
    assert set(sites_of(target)) == {"cable.test"} | hosts


@pytest.mark.parametrize(
    ("request_", "site"),
    [
        ("GET {told}/messages", "{told}/messages"),
        ("GET https://{told}.test/messages", "https://{told}.test/messages"),
        ("GET https://[nonsense/messages?x=1", "https://[nonsense/messages"),
    ],
)
def test_a_host_that_nobody_knows_yet_is_none_of_this_machine(request_: str, site: str) -> None:
    sites = sites_of(Target(cable=CABLE, catch_up=CatchUp(request=request_)))
    assert list(sites.values())[1:] == [site]
