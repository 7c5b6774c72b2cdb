import pytest

from reconciler.errors import ReadFailed
from reconciler.providers.stable_listing import list_steadily
from reconciler.testing.clock import ManualClock
from reconciler.testing.memory import MemoryProvider


@pytest.fixture
def provider() -> MemoryProvider:
    made = MemoryProvider(ManualClock())
    for number in range(3):
        made.put("kore_sms_campaign", {"name": f"Campaign {number}"})
    return made


def shown(provider: MemoryProvider) -> list[str]:
    return [row.remote_id for row in list_steadily(provider, "sms").items]


def test_what_one_answer_shows_is_listed_once(provider: MemoryProvider) -> None:
    assert shown(provider) == ["cd-1", "cd-2", "cd-3"]
    assert provider.reads == ["list sms"]


@pytest.mark.parametrize(
    ("slips", "walks"), [([], 2), ([("cd-2",)], 3), ([(), ("cd-2",), ("cd-2",)], 3)]
)
def test_pages_are_walked_until_two_walks_in_a_row_agree(
    provider: MemoryProvider, slips: list[tuple[str, ...]], walks: int
) -> None:
    provider.slips = [*slips]
    agreed = ["cd-1", "cd-3"] if len(slips) == 3 else ["cd-1", "cd-2", "cd-3"]
    assert shown(provider) == agreed
    assert provider.reads == ["list sms"] * walks


def test_pages_that_never_agree_are_a_failed_read(provider: MemoryProvider) -> None:
    provider.slips = [("cd-1",), ("cd-2",), ("cd-1",)]
    with pytest.raises(ReadFailed, match="the listing of sms campaigns keeps changing"):
        list_steadily(provider, "sms")
    assert provider.reads == ["list sms"] * 3
