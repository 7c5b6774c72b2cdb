import pytest

from reconciler import errors
from reconciler.errors import ExitCode, worst


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
