from reconciler.suggestions import did_you_mean, nearest


def test_the_nearest_word_is_offered_or_all_of_them() -> None:
    assert did_you_mean("Prority", ["priority", "name"]) == "Did you mean priority?"
    assert did_you_mean("zzz", ["b", "a"]) == "Known names: a, b."
    assert did_you_mean("zzz", []) == ""
    assert nearest("koresmscampaign", ["KoreSmsCampaign"]) == "KoreSmsCampaign"


def test_a_long_list_is_cut() -> None:
    names = [f"{number:02}" for number in range(23)]
    assert did_you_mean("zzz", names).endswith("18, 19 and 3 more.")
