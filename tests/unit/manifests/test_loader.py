from pathlib import Path

import pytest

from reconciler.manifests import loader
from reconciler.manifests.files import Sources
from reconciler.manifests.loader import Loaded, load_manifests
from reconciler.manifests.scope import TargetScope
from tests.support.manifest_texts import SMS, TODAY, diagnostic_lines, scopes


def loaded(root: Path, *, selected: str | None = None, **texts: str) -> Loaded:
    for name, text in texts.items():
        (root / f"{name}.yaml").write_text(text, encoding="utf-8")
    return load_manifests(Sources(root, (".",)), scopes(), today=TODAY, selected=selected)


def named(name: str, vendor: str = "Renewal reminder") -> str:
    return SMS.replace("  name: renewal\n", f"  name: {name}\n").replace("Renewal reminder", vendor)


def test_a_file_with_more_errors_than_anybody_reads_is_the_last_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loader, "MAX_ERRORS", 3)
    wrong = "---\na: reconciler/\n"
    found = loaded(tmp_path, a=SMS, b=wrong * 2, c=wrong * 3, d=wrong)
    shown = [str(one.source) for one in found.diagnostics if one.source]
    assert [one.partition(":")[0] for one in shown] == ["b.yaml"] * 3
    assert found.diagnostics[-1].summary == "more than 3 errors; the rest is not shown"


def test_campaigns_come_by_environment_and_address(tmp_path: Path) -> None:
    found = loaded(tmp_path, a=f"{named('zoe', 'Z')}---\n{named('amy', 'A')}", b=named("max", "M"))
    assert found.diagnostics == ()
    names = {name: [one.address.name for one in wanted] for name, wanted in found.desired.items()}
    assert names == {"staging": ["amy", "max", "zoe"], "prod": ["amy", "max", "zoe"]}


def test_only_the_selected_environment_is_loaded(tmp_path: Path) -> None:
    assert list(loaded(tmp_path, selected="prod", a=SMS).desired) == ["prod"]


def test_an_address_is_declared_once_in_all_environments_together(tmp_path: Path) -> None:
    staging = SMS.replace("  name: renewal\n", "  name: renewal\n  environments: [staging]\n")
    prod = staging.replace("[staging]", "[prod]")
    (found,) = diagnostic_lines(loaded(tmp_path, a=staging, b=prod).diagnostics)
    assert found.startswith("duplicate-address b.yaml:4:9 kore_sms_campaign.renewal is declared")
    assert found.endswith("the first is at a.yaml:4:9")


def test_two_manifests_for_one_vendor_name_name_both_places(tmp_path: Path) -> None:
    (found,) = loaded(tmp_path, a=SMS, b=named("again", "RENEWAL Reminder")).diagnostics
    assert found.code == "duplicate-name"
    assert found.summary.endswith("on target retention; the other is at a.yaml:6:9")
    assert str(found.source) == "b.yaml:6:9"
    assert found.source is not None
    assert found.source.code == "  name: RENEWAL Reminder"


def test_a_name_that_an_override_makes_equal_is_reported_at_the_override(tmp_path: Path) -> None:
    over = "overrides:\n  prod:\n    name: Renewal reminder\n"
    found = loaded(tmp_path, a=SMS, b=named("again", "Other") + over)
    assert [str(one.source) for one in found.diagnostics] == ["b.yaml:18:11"]
    assert loaded(tmp_path, selected="staging").diagnostics == ()


def test_one_name_on_two_targets_is_two_campaigns(tmp_path: Path) -> None:
    for name in ("one", "two"):
        text = named(name).replace(f"  name: {name}\n", f"  name: {name}\n  target: {name}\n")
        (tmp_path / f"{name}.yaml").write_text(text, encoding="utf-8")
    targets = [TargetScope("one", "kore", "v2"), TargetScope("two", "kore", "v2")]
    assert (
        load_manifests(Sources(tmp_path, (".",)), scopes(prod=targets), today=TODAY).diagnostics
        == ()
    )


def test_problems_of_all_files_come_by_file_and_line(tmp_path: Path) -> None:
    found = loaded(tmp_path, b="a: [", a=f"{SMS}  color: red\n  colour: red\n", c="- x")
    assert [str(one.source) for one in found.diagnostics] == [
        "a.yaml:16:3",
        "a.yaml:17:3",
        "b.yaml:1:5",
        "c.yaml:1:1",
    ]


def test_a_broken_campaign_is_not_wanted_but_others_are(tmp_path: Path) -> None:
    found = loaded(tmp_path, a=f"{SMS}  color: red\n", b=named("fine", "Fine"))
    assert [one.address.name for one in found.desired["prod"]] == ["fine"]
    assert len(found.diagnostics) == 1


def test_files_without_a_single_document_are_an_error(tmp_path: Path) -> None:
    assert diagnostic_lines(loaded(tmp_path, a="# nothing\n").diagnostics) == [
        "no-manifests - no manifests in ."
    ]


def test_standard_input_is_read_like_a_file(tmp_path: Path) -> None:
    sources = Sources(tmp_path, ("-",), SMS.encode() + b"  color: red\n")
    found = load_manifests(sources, scopes(), today=TODAY)
    assert [str(one.source) for one in found.diagnostics] == ["<stdin>:16:3"]


def pinned(name: str, remote_id: str) -> str:
    return named(name).replace(f"  name: {name}\n", f"  name: {name}\n  remoteId: {remote_id}\n")


def test_pins_distinguish_campaigns_with_the_same_name(tmp_path: Path) -> None:
    found = loaded(tmp_path, a=pinned("one", "cd-1"), b=pinned("two", "cd-2"), c=named("three"))
    assert found.diagnostics == ()


def test_one_pin_cannot_stand_for_two(tmp_path: Path) -> None:
    (found,) = loaded(tmp_path, a=pinned("one", "cd-1"), b=pinned("two", "cd-1")).diagnostics
    assert found.code == "duplicate-name"
