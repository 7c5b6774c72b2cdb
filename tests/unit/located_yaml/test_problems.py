from typing import Annotated, Literal

import pytest
from pydantic import Field, ValidationError

from reconciler.located_yaml.problems import (
    Subject,
    dotted,
    known_keys,
    problems,
)
from reconciler.manifests.envelope import Section
from tests.support.manifest_texts import diagnostic_lines, document


class Inner(Section):
    count: Annotated[int, Field(ge=1)] = 1


class Model(Section):
    name: Annotated[str, Field(min_length=1, max_length=5)] = "x"
    mode: Literal["fast", "slow"] = "slow"
    either: bool | Literal["maybe"] | None = None
    inner: Inner | None = None
    named: dict[str, Inner] | None = None
    listed: Annotated[list[Inner], Field(min_length=1, max_length=2)] | None = None
    needed: str


def found(text: str, unnamed: frozenset[str] = frozenset()) -> list[str]:
    read = document(text)
    with pytest.raises(ValidationError) as caught:
        Model.model_validate(read.root.value)
    subject = Subject(document=read, node=read.root, model=Model, unnamed=unnamed)
    return diagnostic_lines(problems(caught.value, subject))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("name: 5", "wrong-type a.yaml:2:7 name must be text; put quotes around it"),
        ("name: []", "wrong-type a.yaml:2:7 name must be text"),
        ("name: abcdef", "too-long a.yaml:2:7 name is 6 characters long; at most 5 are allowed"),
        ("name: ''", "too-short a.yaml:2:7 name must not be empty"),
        ("mode: quick", "not-allowed-value a.yaml:2:7 mode must be one of fast, slow"),
        (
            "mode: slw",
            "not-allowed-value a.yaml:2:7 mode must be one of fast, slow; did you mean slow?",
        ),
        ("either: 5", "wrong-type a.yaml:2:9 either must be true or false or maybe"),
        ("inner: x", "wrong-type a.yaml:2:8 inner must be a mapping"),
        ("inner: {count: 0}", "out-of-range a.yaml:2:16 inner.count must be at least 1"),
        ("inner: {count: '1'}", "wrong-type a.yaml:2:16 inner.count must be a whole number"),
        ("named: {a: {b: 1}}", "unknown-key a.yaml:2:13 unknown key named.a.b"),
        ("listed: []", "too-short a.yaml:2:9 listed needs at least 1 entry"),
        ("listed: [{}, {kount: 1}]", "unknown-key a.yaml:2:15 unknown key listed[1].kount"),
    ],
)
def test_each_problem_is_reported_in_words_at_its_place(text: str, expected: str) -> None:
    assert found(f"needed: x\n{text}\n") == [expected]


def test_a_missing_key_is_reported_at_its_parent() -> None:
    assert found("name: x\n") == ["missing-field a.yaml:1:1 needed is required"]


def test_a_mistyped_key_is_not_also_missing() -> None:
    assert found("nedeed: x\n") == ["unknown-key a.yaml:1:1 unknown key nedeed"]


def test_an_unknown_key_is_not_repeated_where_it_may_be_a_secret() -> None:
    hidden = frozenset({"inner"})
    told_ = found("needed: x\ninner: {s3cr3t: 1, coumt: 1}\n", unnamed=hidden)
    assert told_ == [
        "unknown-key a.yaml:2:9 unknown key in inner",
        "unknown-key a.yaml:2:20 unknown key inner.coumt",
    ]


def test_paths_are_written_as_people_do() -> None:
    assert dotted(("spec", "days", 0, "start")) == "spec.days[0].start"


def test_known_keys_are_found_at_any_depth() -> None:
    assert known_keys(Model, ("named", "any")) == ("count",)
    assert known_keys(Model, ("listed", 3)) == ("count",)
    assert known_keys(Model, ("nowhere", "at", "all")) == ()
