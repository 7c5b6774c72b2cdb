import pytest
from pydantic_core import PydanticCustomError

from reconciler.config.secrets import SecretRef, parse_id, parse_reference


def test_a_reference_is_written_in_one_of_three_ways() -> None:
    assert parse_reference({"env": "A"}) == SecretRef("env", "A")
    assert parse_reference({"file": "a/b"}) == SecretRef("file", "a/b")
    assert parse_reference({"exec": "KORE_TOKEN"}) == SecretRef("exec", "KORE_TOKEN")
    assert parse_id("cs-1") == SecretRef("text", "cs-1")


@pytest.mark.parametrize(
    "value",
    [
        *("canary", 5, None, ["canary"], {}, {"env": ""}, {"env": ["A"]}, {"exec": "ls -canary"}),
        *({"exec": []}, {"exec": [1]}, {"env": "A", "file": "b"}, {"value": "canary"}),
        *({"file": "a\0canary"}, {"env": "canary=x"}, {"env": "canary*"}, {"exec": "canary"}),
    ],
)
def test_anything_else_is_refused_without_repeating_it(value: object) -> None:
    with pytest.raises(PydanticCustomError) as caught:
        parse_reference(value)
    assert "canary" not in caught.value.message()


@pytest.mark.parametrize(
    ("words", "program"),
    [
        (["op", "read", "canary"], "op"),
        (["/usr/bin/vault", "canary"], "vault"),
        (["echo canary"], "COMMAND"),
        ([], "COMMAND"),
    ],
)
def test_a_command_in_the_project_file_is_told_the_line_to_set(
    words: list[str], program: str
) -> None:
    with pytest.raises(PydanticCustomError) as caught:
        parse_reference({"exec": words})
    told = caught.value.message()
    assert "Write {exec: NAME} with a name of your choice, and set RECONCILER_EXEC_NAME=" in told
    assert f"'{program} ARGUMENTS'" in told
    assert "canary" not in told


def test_origins_are_described_in_words() -> None:
    kinds = [("env", "A"), ("file", "a"), ("exec", "KORE_TOKEN"), ("text", "x")]
    assert [SecretRef(kind, name).origin for kind, name in kinds] == [
        "environment variable A",
        "file a",
        "credential helper KORE_TOKEN",
        "the project file",
    ]
