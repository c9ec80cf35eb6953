"""The step summary, read by a Markdown parser that is not ours."""

import html
import re
from itertools import pairwise

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from cablecheck.checker.verdict import FaultEvidence, Judgement, Outcome, Standing, Verdict
from cablecheck.report.machine import Reported
from cablecheck.report.markdown import MOST_BYTES, escaped, render_markdown
from cablecheck.report.table import HEADER, row
from cablecheck.report.visible import shortened, visible
from tests.report.samples import (
    ACCEPTED,
    HEARSAY,
    INCONCLUSIVE,
    KNOWN,
    VERIFIED,
    VIOLATED,
    anything,
    judgements,
    lost,
    reported,
    summary_of,
)
from tests.unmeasured import unmeasured

PARSER = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
AGAIN = "cablecheck run socket-kill --profile before-catch-up"
PARTING = "<!-- -->"


def rows(page: str) -> list[list[str]]:
    """The cells of every row of every table, headers included, as a reader sees them."""
    found: list[list[str]] = []
    tokens = PARSER.parse(page)
    for before, token in pairwise(tokens):
        if before.type == "tr_open":
            found.append([])
        if before.type in {"th_open", "td_open"}:
            found[-1].append(shown(token))
    return found


def shown(inline: Token) -> str:
    """The text that a reader sees of it."""
    return "".join(child.content for child in inline.children or () if child.type != "html_inline")


def test_what_failed_is_a_table_and_explained_and_the_rest_is_folded_away() -> None:
    run = Reported(VIOLATED, "reports/x", AGAIN, "stories/x.yaml", 12)
    assert render_markdown(summary_of(VERIFIED, run, KNOWN)).split("\n") == [
        "## cablecheck: VIOLATED: 3 scenarios judged: 1 verified, 1 violated (known), 1 violated; exit code 1",
        "",
        "| scenario | verdict | messages | faults | fired | mattered | seconds | what went wrong |",
        "|---|---|---:|---:|---:|---:|---:|---|",
        "| socket-kill | ❌ violated | 10 | 1 | 1 | 1 | 12.3 | lost m6 m7 m10 |",
        "",
        "### ❌ VIOLATED socket-kill (before-catch-up): lost m6, m7, m10",
        "",
        "- before-catch-up is expected to be verified",
        "- **lost m6, m7, m10 (ids 106, 107, 110) at c1**",
        "  - how far: stored while no socket was open",
        "  - why: nothing asked for it after the reconnect",
        "- fault cut-3 (step 3, cut {how: rst}): fired once, first at 4.12 s; felt; mattered to m6, m7",
        "- 10 messages stored in 12.3 s",
        "- the story: stories/x.yaml&#58;<!-- -->12",
        "",
        "```sh",
        AGAIN,
        "cablecheck judge reports/x",
        "```",
        "",
        "<details><summary>1 verified, 1 violated (known)</summary>",
        "",
        "| scenario | verdict | messages | faults | fired | mattered | seconds | what went wrong |",
        "|---|---|---:|---:|---:|---:|---:|---|",
        "| calm | ✅ verified | 5 | 0 | 0 | 0 | 3.0 | &#45; |",
        "| late-confirm | ☑️ violated (known) | 6 | 1 | 1 | 1 | 8.0 | lost m4; lost probe p2 |",
        "",
        "</details>",
        "",
    ]


def test_doubts_defects_and_a_bug_stand_where_they_belong() -> None:
    verdict = msgspec.structs.replace(
        INCONCLUSIVE.verdict, defects=("page-cap",), bug="Traceback:\n  ```x\nKeyError"
    )
    page = render_markdown(summary_of(Judgement(verdict=verdict, standing=Standing.BUG)))
    assert "- in doubt: fault hold-1 never fired\n- defects of the chat: page-cap\n" in page
    assert "````text\nTraceback:\n  ```x\nKeyError\n````\n" in page


def test_a_finding_without_an_explanation_is_one_line_and_more_than_ten_are_counted() -> None:
    findings = tuple(
        lost(f"m{number}", client=f"c{number}", reached="", reason="") for number in range(1, 13)
    )
    verdict = Verdict(outcome=Outcome.VIOLATED, findings=findings)
    page = render_markdown(summary_of(Judgement(verdict=verdict, standing=Standing.VIOLATED)))
    assert "- **lost m1 (id 101) at c1**\n- **lost" in page
    assert "\n- and 2 more kinds of violation; verdict.json has them all\n" in page


def test_what_was_accepted_and_what_is_hearsay_is_said_last_where_nothing_folds_it_away() -> None:
    page = render_markdown(summary_of(ACCEPTED, HEARSAY))
    assert page.endswith(
        "\n</details>\n\n- accepted in late-confirm: lost m4, by target.t.known.late-confirm\n"
        "- of calm: the truth is the publisher's own ledger, as nobody could ask the target what it stored\n"
    )
    assert page.count("ledger") == 1


def test_what_kept_scenarios_from_being_judged_is_said_first() -> None:
    assert render_markdown(summary_of(errors=["127.0.0.1:1: no answer", "# gone"])) == (
        "## cablecheck: INCONCLUSIVE: 0 scenarios judged; exit code 3\n\n- &#49;27.0.0.1:<!-- -->1: no answer\n"
        "- &#35;<!-- --> gone\n"
    ).replace(".1:<!-- -->1", ".1&#58;<!-- -->1")


MARKUP = {
    "a pipe": "a | b",
    "an escaped pipe": "a \\| b",
    "code": "`a` ``b``",
    "HTML": "<img src=x onerror=alert(1)>",
    "a comment": "<!-- a -->",
    "an entity": "&lt;&#64;&copy;",
    "a mention": "@octocat",
    "an issue": "#1",
    "an emoji": ":bug:",
    "a link": "[a](javascript:b)",
    "an image": "![a](https://b.example/c.png)",
    "a bare link": "https://a.example www.b.example WWW.c.example a@d.example",
    "emphasis": "*a* _b_ **c** __d__ ~~e~~",
    "a formula": "$a$ $$b$$",
    "a footnote": "[^1]",
    "a heading": "# a",
    "a list": "- a",
    "a numbered list": "12. a",
    "a quote": "> a",
    "a rule": "---",
    "a fence": "```",
    "a line end": "a\n\n# b",
    "a control": "\x00\x1b[2J\u202e\ud800",
}


@pytest.mark.parametrize("text", MARKUP.values(), ids=MARKUP.keys())
def test_markup_is_text(text: str) -> None:
    for place in ("{}\n", "- {}\n", "# {}\n", "|a|\n|-|\n|{}|\n"):
        tokens = PARSER.parse(place.format(escaped(text)))
        kinds = [token.type for token in tokens]
        assert kinds == [token.type for token in PARSER.parse(place.format("a"))]
        inline = [token for token in tokens if token.type == "inline"][-1]
        assert {child.type for child in inline.children or ()} <= {"text", "html_inline"}
        assert {child.content for child in inline.children or () if child.type == "html_inline"} <= {PARTING}
        assert shown(inline) == visible(text).strip()
    assert not re.search(
        r"[@#](?!\d)|#(?!\d+;)|://|www\.|:\w", escaped(text).replace("&#", ""), re.IGNORECASE
    )


def test_a_mention_is_parted_in_the_finished_page() -> None:
    """GitHub looks for mentions in the text nodes of the HTML, where a comment is a border."""
    page = PARSER.render(escaped("@octocat #1 a@b.example"))
    nodes = [html.unescape(node) for node in re.split(r"<[^>]*>", page)]
    assert [node for node in nodes if re.search(r"[@#]\w", node)] == []


@unmeasured()
@given(st.lists(reported(judgements), min_size=1, max_size=4), st.booleans(), st.lists(anything, max_size=2))
def test_no_cell_breaks_out_of_the_table_and_no_text_becomes_markup(
    runs: list[Reported], strict: bool, errors: list[str]
) -> None:
    summary = summary_of(*runs, strict=strict, errors=errors)
    page = render_markdown(summary)
    tokens = PARSER.parse(page)
    told = [cells for cells in rows(page) if cells != list(HEADER)]
    expected = [row(run.judgement) for run in sorted(runs, key=lambda run: summary.code_of(run) == 0)]
    assert [[cells[0], *cells[2:]] for cells in told] == [
        [shortened(cells[0], 400).strip(), *cells[2:7], shortened(cells[7], 400).strip()]
        for cells in expected
    ]
    assert {token.content.split("<summary>")[0] for token in tokens if token.type == "html_block"} <= {
        "<details>",
        "</details>\n",
    }
    children = [child for token in tokens for child in token.children or ()]
    assert {child.type for child in children} <= {"text", "html_inline", "strong_open", "strong_close"}
    assert {child.content for child in children if child.type == "html_inline"} <= {PARTING}
    assert {token.type for token in tokens if token.nesting > 0} <= {
        "heading_open", "table_open", "thead_open", "tbody_open", "tr_open", "th_open", "td_open",
        "bullet_list_open", "list_item_open", "paragraph_open",
    }  # fmt: skip
    fences = [line for token in tokens if token.type == "fence" for line in token.content.split("\n")]
    commands = [visible(run.play_again) for run in runs if summary.code_of(run) and run.play_again]
    assert set(commands) <= set(fences)


def failing(number: int) -> Judgement:
    verdict = msgspec.structs.replace(VIOLATED.verdict, scenario=f"s{number}é")
    return msgspec.structs.replace(VIOLATED, verdict=verdict)


def test_five_thousand_failures_fit_and_what_is_left_out_is_counted() -> None:
    page = render_markdown(summary_of(*map(failing, range(5000)), KNOWN))
    assert MOST_BYTES * 0.99 < len(page.encode()) <= MOST_BYTES
    told = rows(page)
    assert len(told) == 5001
    sections = page.count("\n### ")
    assert 100 < sections < 5000
    last = page.rstrip("\n").split("\n")[-1]
    assert last == (
        f"*1 row and {5000 - sections} explanations left out, for want of room; each run's folder has its own report.txt.*"
    )


def test_where_not_even_the_headline_fits_there_is_nothing() -> None:
    assert render_markdown(summary_of(VERIFIED), 450) == ""
    assert render_markdown(summary_of(VERIFIED), 550).endswith(
        "\n*1 row left out, for want of room; each run's folder has its own report.txt.*\n"
    )


def test_rows_that_do_not_fit_are_counted_and_the_fold_is_closed() -> None:
    runs = [msgspec.structs.replace(VERIFIED, why=str(number)) for number in range(5000)]
    page = render_markdown(summary_of(*runs), 20_000)
    assert len(page.encode()) <= 20_000
    assert page.count("<details>") == page.count("</details>") == 1
    left_out = re.search(r"\*(\d+) rows left out", page)
    assert left_out is not None
    assert int(left_out[1]) + len(rows(page)) - 1 == 5000


@unmeasured()
@given(st.lists(reported(judgements), max_size=4), st.integers(-1, 6000), st.lists(anything, max_size=2))
def test_no_page_is_larger_than_it_may_be(runs: list[Reported], limit: int, errors: list[str]) -> None:
    page = render_markdown(summary_of(*runs, errors=errors), limit)
    assert len(page.encode()) <= max(limit, 0)
    folds = [token.content.split(">")[0] for token in PARSER.parse(page) if token.type == "html_block"]
    assert folds.count("<details") == folds.count("</details")
    lines = page.split("\n")
    ends = [token.map[1] - 1 for token in PARSER.parse(page) if token.type == "fence" and token.map]
    assert all(re.fullmatch(r"`{3,}", lines[end]) for end in ends)


def test_an_id_of_a_million_characters_costs_a_line() -> None:
    fault = FaultEvidence(fault="x" * 1_000_000, verb="cut")
    verdict = Verdict(
        outcome=Outcome.VIOLATED, scenario="s", findings=(lost("m1", id="&" * 1_000_000),), faults=(fault,)
    )
    assert len(render_markdown(summary_of(Judgement(verdict=verdict, standing=Standing.VIOLATED)))) < 10_000
