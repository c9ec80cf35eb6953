"""Just enough HTML to say whether a carousel's markup holds an element, and whether it has a place for reactions."""

from __future__ import annotations

import re
from dataclasses import dataclass
from string import ascii_letters

# Before any body has begun a browser's parser puts these into the head; the first row has an end tag, and text that is no markup.
_HEAD_WITH_TEXT = frozenset({"noframes", "noscript", "script", "style", "template", "title"})
_HEAD_VOID = frozenset({"base", "basefont", "bgsound", "link", "meta"})
# These make no element of their own there: they are the document itself, or stray parts of a table or frameset.
_NO_ELEMENT = frozenset(
    {"caption", "col", "colgroup", "frame", "frameset", "head", "html", "tbody", "td", "tfoot", "th", "thead", "tr"}
)  # fmt: skip
_ENDS = {name: re.compile(f"</{name}", re.IGNORECASE) for name in _HEAD_WITH_TEXT}
_TAG = re.compile(r"""<([a-z][^\s/>]*+)((?:"[^"]*"|'[^']*'|[^>"'])*+)>""", re.IGNORECASE)
_LETTERS = frozenset(ascii_letters)
_QUOTED = re.compile(r""""[^"]*"|'[^']*'""")
_REACTIONS = re.compile(r"(?:^|[\s/])data-reactions(?=[\s=/]|$)", re.IGNORECASE)


@dataclass(slots=True)
class _Found:
    element: bool = False
    reactions: bool = False
    in_body: bool = False


def has_element(html: str) -> bool:
    """Whether the body of this markup has a first element."""
    return _read(html).element


def has_reactions(html: str) -> bool:
    """Whether some element of the body has the attribute that marks the place for reactions."""
    return _read(html).reactions


def _read(html: str) -> _Found:
    """Go from tag to tag, once; a tag or comment that is never closed ends it."""
    found, at = _Found(), 0
    while (start := html.find("<", at)) >= 0:
        found.in_body = found.in_body or bool(html[at:start].strip())
        if html.startswith("<!--", start):
            at = _past(html, "-->", start)
        elif html[start + 1 : start + 2] in ("!", "?", "/"):
            at = _past(html, ">", start)
        elif html[start + 1 : start + 2] in _LETTERS:
            at = _tag(html, start, found)
        else:
            found.in_body, at = True, start + 1
        if at == 0:
            break
    return found


def _past(html: str, end: str, start: int) -> int:
    """Behind the end of what begins here; 0 where it never ends."""
    at = html.find(end, start)
    return 0 if at < 0 else at + len(end)


def _tag(html: str, start: int, found: _Found) -> int:
    """Take note of the tag here; where to go on, 0 where it never ends."""
    tag = _TAG.match(html, start)
    if tag is None:
        return 0
    name = tag[1].lower()
    if name == "body":
        found.in_body = True
    elif name in _HEAD_WITH_TEXT and not found.in_body:
        end = _ENDS[name].search(html, tag.end())
        return 0 if end is None else end.start()
    elif name not in _NO_ELEMENT and (found.in_body or name not in _HEAD_VOID):
        found.element = found.in_body = True
        found.reactions = found.reactions or _REACTIONS.search(_QUOTED.sub("", tag[2])) is not None
    return tag.end()
