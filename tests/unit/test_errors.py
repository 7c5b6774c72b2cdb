import pytest

from reconciler import errors
from reconciler.errors import ExitCode, error_of, exit_code_of, worst


@pytest.mark.parametrize(
    ("codes", "expected"),
    [
        ([], 0),
        ([0, 2], 2),
        ([2, 1], 1),
        ([1, 3], 3),
        ([3, 6], 6),
        ([6, 5], 5),
        ([5, 4], 4),
        ([4, 7, 1], 7),
    ],
)
def test_the_gravest_code_decides(codes: list[int], expected: int) -> None:
    assert worst(ExitCode(code) for code in codes) == expected


def test_every_error_has_a_code_and_an_exit_code() -> None:
    classes = [
        found
        for found in vars(errors).values()
        if isinstance(found, type) and issubclass(found, errors.ReconcilerError)
    ]
    assert len(classes) >= 10
    assert all(found("what").diagnostics[0].code == found.code for found in classes)
    assert all(found.exit_code is not ExitCode.OK for found in classes)


@pytest.mark.parametrize("code", [code for code in ExitCode if code not in (0, 1, 2)])
def test_an_exit_code_and_the_code_of_its_error_lead_to_each_other(code: ExitCode) -> None:
    kind = error_of(code)
    assert kind.exit_code is code
    assert exit_code_of(kind.code) is code


def test_all_other_errors_answer_with_1() -> None:
    assert error_of(ExitCode.ERROR) is errors.ReconcilerError
    assert exit_code_of("read-failed") is exit_code_of("any-other") is ExitCode.ERROR
