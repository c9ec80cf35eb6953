"""One exit code for everything, and the worst one for many."""

import pytest

from cablecheck.errors import BadInputError, ExitCode, InterruptedRun, first_of, meant, worst

WORST = {
    "nothing at all": ([], 3),
    "all verified": ([0, 0], 0),
    "a loss wins over a bug": ([0, 4, 1, 3], 1),
    "a bug wins over nothing proved": ([3, 4, 0], 4),
    "nothing proved wins over verified": ([0, 3], 3),
    "bad input wins over a loss": ([1, 2], 2),
    "an interrupt wins over all": ([1, 2, 130], 130),
    "a termination too": ([1, 143], 143),
}


@pytest.mark.parametrize(("codes", "code"), WORST.values(), ids=WORST.keys())
def test_the_worst_wins(codes: list[int], code: int) -> None:
    assert worst(ExitCode(each) for each in codes) == code


def test_bad_input_has_one_line_a_finding() -> None:
    error = BadInputError("a: odd; mend it", "b: odder; mend it")
    assert str(error) == "a: odd; mend it\nb: odder; mend it"
    assert (error.exit_code, error.findings) == (2, ("a: odd; mend it", "b: odder; mend it"))


@pytest.mark.parametrize(
    ("word", "guess"),
    [
        ("rnu", "did you mean 'run'?"),
        ("rum", "did you mean 'run'?"),
        ("xyz", ""),
        ("", ""),
        ("run" * 10**5, ""),
    ],
)
def test_a_misspelt_word_is_taken_for_the_nearest_one_that_is_known(word: str, guess: str) -> None:
    assert meant(word, iter(["check", "run", "ruin"])) == guess


def test_an_interrupted_run_carries_its_signals_code() -> None:
    assert [InterruptedRun(code).exit_code for code in (ExitCode.INTERRUPTED, ExitCode.TERMINATED)] == [
        130,
        143,
    ]


def test_the_first_error_in_a_group_of_groups_is_the_one_to_tell() -> None:
    inner = ValueError("first")
    assert first_of(ExceptionGroup("a", [ExceptionGroup("b", [inner]), ValueError("second")])) is inner
