"""The tokens of a date's text, and what has been read of it so far: the notebook of `dates`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum, auto

SIGNIFICANT_DIGITS = 9  # V8 reads no more of a number
_SPACES = "\t\n\v\f\r \u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000\ufeff"


class NoDate(Exception):  # noqa: N818 - it is no error: the text is simply no date
    """The text is no date."""


class Kind(Enum):
    NUMBER = auto()
    WORD = auto()
    SYMBOL = auto()
    SPACE = auto()
    OTHER = auto()
    END = auto()


@dataclass(frozen=True, slots=True)
class Token:
    kind: Kind
    text: str = ""
    number: int = 0

    def is_fixed(self, digits: int) -> bool:
        return self.kind is Kind.NUMBER and len(self.text) == digits

    @property
    def sign(self) -> int:
        return {"+": 1, "-": -1}.get(self.text, 0) if self.kind is Kind.SYMBOL else 0


END = Token(Kind.END)


def tokens_of(text: str) -> list[Token]:
    """The tokens from last to first: the next is popped from the end."""
    tokens: list[Token] = []
    at = 0
    while at < len(text):
        token, at = _token(text, at)
        tokens.append(token)
    tokens.reverse()
    return tokens


def _token(text: str, at: int) -> tuple[Token, int]:
    char = text[at]
    if char in "0123456789":
        end = _run(text, at, lambda each: each in "0123456789")
        digits = text[at:end].lstrip("0")[:SIGNIFICANT_DIGITS]
        return Token(Kind.NUMBER, text[at:end], int(digits or "0")), end
    if char in ":-+.)":
        return Token(Kind.SYMBOL, char), at + 1
    if char in _SPACES:
        return Token(Kind.SPACE), at + 1
    if char >= "A":
        end = _run(text, at, lambda each: each >= "A" and each not in _SPACES)
        return Token(Kind.WORD, text[at:end].lower()), end
    if char == "(":
        return Token(Kind.OTHER), _after_parentheses(text, at)
    return Token(Kind.OTHER), at + 1


def _run(text: str, at: int, belongs: Callable[[str], bool]) -> int:
    while at < len(text) and belongs(text[at]):
        at += 1
    return at


def _after_parentheses(text: str, at: int) -> int:
    depth = 0
    while at < len(text):
        depth += {"(": 1, ")": -1}.get(text[at], 0)
        at += 1
        if depth == 0:
            break
    return at


@dataclass(slots=True)
class Reading:
    """What has been read so far: the parts of day and time in the order they came, and the zone."""

    tokens: list[Token]
    day: list[int] = field(default_factory=list)
    time: list[int] = field(default_factory=list)
    month: int | None = None
    half_day: int | None = None
    iso: bool = False
    zone_sign: int | None = None
    zone_hour: int | None = None
    zone_minute: int | None = None
    number_read: bool = False

    # The tokens --------------------------------------------------------------------------------------------------------------

    def peek(self) -> Token:
        return self.tokens[-1] if self.tokens else END

    def take(self) -> Token:
        return self.tokens.pop() if self.tokens else END

    def skip(self, symbol: str) -> bool:
        token = self.peek()
        if token.kind is Kind.SYMBOL and token.text == symbol:
            self.tokens.pop()
            return True
        return False

    def take_two_digits(self, low: int, high: int) -> int | None:
        """The next token if it is a number of exactly two digits in these bounds."""
        token = self.peek()
        return self.take().number if token.is_fixed(2) and low <= token.number <= high else None

    # The parts ---------------------------------------------------------------------------------------------------------------

    def set_zone(self, hours: int) -> None:
        self.zone_sign = -1 if hours < 0 else 1
        self.zone_hour, self.zone_minute = abs(hours), 0

    def add_day(self, number: int) -> None:
        if len(self.day) == 3:
            raise NoDate
        self.day.append(number)

    def add_time(self, number: int) -> None:
        if len(self.time) == 4:
            raise NoDate
        self.time.append(number)

    def finish_time(self, number: int) -> None:
        self.time.append(number)
        self.time += [0] * (4 - len(self.time))

    def time_expects(self, number: int) -> bool:
        limit = {1: 60, 2: 60, 3: 1000}.get(len(self.time), 0)
        return number < limit

    @property
    def is_utc(self) -> bool:
        return self.zone_hour == 0 and self.zone_minute == 0
