"""Just enough HTML to say whether a carousel's markup holds an element at all."""

from __future__ import annotations

from html.parser import HTMLParser

# What a browser's parser puts into the head while no body has begun, or ignores outside a table, never becomes a child of the body.
_HEAD_ONLY = frozenset(
    [
        "base",
        "basefont",
        "bgsound",
        "link",
        "meta",
        "noframes",
        "noscript",
        "script",
        "style",
        "template",
        "title",
    ]
)
_NO_ELEMENT = frozenset(
    [
        "body",
        "caption",
        "col",
        "colgroup",
        "frame",
        "frameset",
        "head",
        "html",
        "tbody",
        "td",
        "tfoot",
        "th",
        "thead",
        "tr",
    ]
)


class _Elements(HTMLParser):
    """Finds the first element of the body."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found = False
        self.reactions = False
        self._in_body = False
        self._skipping: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.reactions = self.reactions or any(name == "data-reactions" for name, _ in attrs)
        if tag == "body":
            self._in_body = True
        if self._skipping is not None or tag in _NO_ELEMENT:
            return
        if tag in _HEAD_ONLY and not self._in_body:
            self._skipping = None if tag in ("base", "basefont", "bgsound", "link", "meta") else tag
        else:
            self.found = True

    def handle_endtag(self, tag: str) -> None:
        if tag == self._skipping:
            self._skipping = None

    def handle_data(self, data: str) -> None:
        if self._skipping is None and data.strip():
            self._in_body = True


def _read(html: str) -> _Elements:
    elements = _Elements()
    elements.feed(html)
    return elements


def has_element(html: str) -> bool:
    """Whether the body of this markup has a first element."""
    return _read(html).found


def has_reactions(html: str) -> bool:
    """Whether the markup has a place for reactions."""
    return _read(html).reactions
