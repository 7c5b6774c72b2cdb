import pytest

from reconciler.address import Address


def test_an_address_reads_back() -> None:
    address = Address.parse("kore_sms_campaign.renewal-reminder")
    assert address == Address("kore_sms_campaign", "renewal-reminder")
    assert str(address) == "kore_sms_campaign.renewal-reminder"


@pytest.mark.parametrize("text", ["", "renewal", ".renewal", "kore_sms_campaign."])
def test_what_is_not_an_address_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="not an address"):
        Address.parse(text)
