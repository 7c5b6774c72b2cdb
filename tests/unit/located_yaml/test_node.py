from reconciler.diagnostics import Position
from reconciler.located_yaml.node import Positions, SourceText
from tests.support.manifest_texts import document


def test_positions_name_every_path_but_no_list_item() -> None:
    found = document("a: 1\nb:\n  c: [x]\n")
    positions = Positions(found.source, found.root)
    assert dict(positions) == {
        "a": Position(1, 4, 3),
        "b": Position(3, 3, 10),
        "b.c": Position(3, 6, 13),
    }
    assert len(positions) == 3
    assert repr(positions) == f"Positions({dict(positions)})"


def test_the_nearest_node_is_named_for_a_missing_one() -> None:
    found = document("spec:\n  name: x\n")
    assert str(found.range_at("spec", "contactLists")) == "a.yaml:1:1"
    assert str(found.range_at("spec", "name", "first")) == "a.yaml:2:3"
    assert str(found.range_at("other")) == "a.yaml:1:1"


def test_a_list_has_items_only_where_it_has_items() -> None:
    root = document("a: [x]\n").root
    assert root.at("a", 1) is None
    assert root.at("a", "x") is None
    assert root.at(0) is None


def test_a_source_knows_lines_of_all_line_breaks() -> None:
    source = SourceText("a.yaml", "é\r\nb\rc\n")
    assert [source.line(number) for number in range(5)] == ["é", "b", "c", "", ""]
    assert source.place(2, 1) == Position(3, 2, 7)
    assert source.place(9, 9) == Position(10, 10, 8)
