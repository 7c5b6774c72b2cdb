import hashlib

import pytest

from reconciler.address import Address
from reconciler.resources.marker import (
    append,
    contradicts,
    has_room,
    marker_for,
    marker_of,
    project_of,
    split,
    unmarked_fault,
)
from tests.support.campaigns import bare_live

ADDRESS = Address("kore_sms_campaign", "renewal")
PROJECT = "9b2c5f6e-6d0b-4b0e-9d0c-3f6a6f1d2a10"
MARK, FIRST_RELEASE = "0123abcd-4567ef89", "0123abcd"
both_forms = pytest.mark.parametrize("marker", [MARK, FIRST_RELEASE])


@both_forms
@pytest.mark.parametrize("text", ["Sends a link.", "", "two  spaces ", "[rc-zz]", "a\nb", "ünï"])
def test_a_mark_that_was_appended_is_split_off_again(text: str, marker: str) -> None:
    assert split(append(text, marker)) == (text, marker)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "plain",
        "[rc-0123abc]",
        "[rc-0123abcd] and more",
        "[RC-x]",
        "[rc-0123abcd-4567ef8]",
        "[rc-0123abcd-4567ef89]\n",
        "[rc-0123abcd-4567ef89-0123abcd]",
    ],
)
def test_what_is_no_mark_stays(text: str) -> None:
    assert split(text) == (text, "")


def test_no_description_is_an_empty_one() -> None:
    assert append(None, MARK) == f"[rc-{MARK}]"
    assert split(None) == ("", "")


def test_a_mark_never_makes_a_description_too_long() -> None:
    assert has_room("x" * 233, MARK)
    assert not has_room("x" * 234, MARK)
    assert not has_room("ü" * 117, MARK)


def test_a_mark_is_a_digest_of_the_project_and_one_of_the_address_on_its_target() -> None:
    words = f"{PROJECT}\0retention\0{ADDRESS}"
    project, campaign = (hashlib.sha256(one.encode()).hexdigest()[:8] for one in (PROJECT, words))
    assert marker_for(PROJECT, "retention", ADDRESS) == f"{project}-{campaign}"


def test_every_part_of_an_address_matters() -> None:
    markers = {
        marker_for(PROJECT, "retention", ADDRESS),
        marker_for("1d9a4f1c-8b7e-4c55-8a54-0f5f2c7d9e21", "retention", ADDRESS),
        marker_for(PROJECT, "care", ADDRESS),
        marker_for(PROJECT, "retention", Address("kore_voice_campaign", "renewal")),
        marker_for(PROJECT, "retention", ADDRESS, "staging"),
        marker_for(PROJECT, "retention", ADDRESS, "production"),
    }
    assert len(markers) == 6


def test_a_project_without_an_id_has_no_marks() -> None:
    assert marker_for("", "retention", ADDRESS) == ""


@pytest.mark.parametrize(("marker", "project"), [(MARK, "0123abcd"), (FIRST_RELEASE, ""), ("", "")])
def test_only_a_mark_with_two_parts_names_a_project(marker: str, project: str) -> None:
    assert project_of(marker) == project


@pytest.mark.parametrize(
    ("marker", "sent", "contradicting"),
    [
        (MARK, MARK, False),
        ("", MARK, False),
        (FIRST_RELEASE, MARK, False),
        (FIRST_RELEASE, "89abcdef", False),
        ("0123abcd-00000000", MARK, True),
        ("00000000-4567ef89", MARK, True),
        (MARK, "", True),
        (MARK, FIRST_RELEASE, True),
    ],
)
def test_a_create_made_no_campaign_with_the_mark_of_another_address(
    marker: str, sent: str, contradicting: bool
) -> None:
    assert contradicts(marker, sent) is contradicting


def test_a_campaign_without_a_marker_has_none() -> None:
    assert marker_of(bare_live({}).observed) == ""


@both_forms
def test_a_manifest_may_not_declare_a_mark(marker: str) -> None:
    assert unmarked_fault("v2:advanced", f"Text. [rc-{marker}]").startswith(
        f"must not end with [rc-{marker}]"
    )
    assert unmarked_fault("v2:advanced", "Text.") == ""
