from __future__ import annotations

import pytest

from cablecheck.scenario.units import bytes_per_second, per_second, seconds, shift_seconds, written


@pytest.mark.parametrize(
    ("text", "wanted"), [("200ms", 0.2), ("5s", 5.0), ("2m", 120.0), ("0.5s", 0.5), ("0s", 0.0)]
)
def test_a_duration_is_seconds(text: str, wanted: float) -> None:
    assert seconds(text) == pytest.approx(wanted)


@pytest.mark.parametrize(
    "text", ["5", "", "s", "-5s", "5 s", "5h", "1e9s", "٣s", "5s\n", "9" * 400 + "s", "ms5", "0x5s"]
)
def test_a_duration_without_a_known_unit_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="200ms, 5s or 2m"):
        seconds(text)


@pytest.mark.parametrize(("text", "wanted"), [("20/s", 20.0), ("30/m", 0.5), ("1.5/s", 1.5)])
def test_a_rate_is_messages_a_second(text: str, wanted: float) -> None:
    assert per_second(text) == pytest.approx(wanted)


@pytest.mark.parametrize("text", ["0/s", "20", "20/h", "/s", "-1/s", "0.0/s", "5/s\n"])
def test_what_is_no_rate_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="rate"):
        per_second(text)


@pytest.mark.parametrize(("text", "wanted"), [("500B/s", 500.0), ("1KB/s", 1000.0), ("64KB/s", 64_000.0)])
def test_a_kb_is_a_thousand_bytes(text: str, wanted: float) -> None:
    assert bytes_per_second(text) == wanted


@pytest.mark.parametrize("text", ["0KB/s", "1KB", "1000/s", "1kB/s", "1.5KB/s", "1MB/s", "", "1KB/s\n"])
def test_what_is_no_rate_of_bytes_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="rate of bytes, such as 500B/s"):
        bytes_per_second(text)


@pytest.mark.parametrize(("text", "wanted"), [("-3s", -3.0), ("+200ms", 0.2), ("same", 0.0)])
def test_a_shift_has_a_sign(text: str, wanted: float) -> None:
    assert shift_seconds(text) == pytest.approx(wanted)


@pytest.mark.parametrize("text", ["3s", "-3", "Same", "", "same\n"])
def test_what_is_no_shift_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="neither"):
        shift_seconds(text)


@pytest.mark.parametrize("text", ["200ms", "5s", "2m", "1500ms", "0s", "61s"])
def test_a_duration_is_written_as_it_was_read(text: str) -> None:
    assert written(seconds(text)) == text
