from __future__ import annotations

import pytest

from tagwright.core.taxonomy import Facet
from tagwright.core.taxonomy_csv import format_taxonomy_csv, parse_taxonomy_csv
from tagwright.errors import InvalidTaxonomy
from tagwright.types import ConceptId, FacetId

FULL = """\
id,parent,label,label@de,facet,kind,alt_labels
shoes,,Footwear,Schuhe,product,one,shoes; kicks
boots,shoes,Boots,Stiefel,,,"rain boots; semi\\;colon"
street,,Street,,scene,any,
"""


def test_a_table_gives_concepts_facets_and_words() -> None:
    read = parse_taxonomy_csv(FULL, "fashion")
    assert read.facets == (
        Facet(FacetId("product"), "product", "one"),
        Facet(FacetId("scene"), "scene", "any"),
    )
    boots = read.get(ConceptId("boots"))
    assert read.path(boots.id) == ("Footwear", "Boots")
    assert boots.labels == (("de", "Stiefel"),)
    assert boots.alt_labels == (("en", "rain boots"), ("en", "semi;colon"))


def test_a_written_table_reads_back_equal_and_stays_the_same() -> None:
    read = parse_taxonomy_csv(FULL, "fashion")
    written = format_taxonomy_csv(read)
    assert written.splitlines()[0] == "id,parent,label,facet,kind,label@de,alt_labels"
    assert parse_taxonomy_csv(written, "fashion") == read
    assert format_taxonomy_csv(parse_taxonomy_csv(written, "fashion")) == written


@pytest.mark.parametrize(
    "table",
    [
        pytest.param("level1,level2\nFootwear,Boots\nFootwear,Sandals\nBags,\n", id="with levels"),
        pytest.param("Footwear,Boots\nFootwear,Sandals\nBags\n", id="without a header"),
        pytest.param(
            "Level 1;Level 2\r\nFootwear;Boots\r\nFootwear;Sandals\r\nBags;\r\n", id="Excel"
        ),
        pytest.param(
            "\ufeffLevel_1\tLevel_2\nFootwear\tBoots\n\nfootwear\tSandals\nBags", id="tabs"
        ),
        pytest.param("label,parent\nSandals,Footwear\nFootwear,\nBags,\n", id="label and parent"),
    ],
)
def test_the_simple_forms_make_one_facet_named_after_the_taxonomy(table: str) -> None:
    read = parse_taxonomy_csv(table.encode(), "My shop", kind="any")
    assert read.facets == (Facet(FacetId("my-shop"), "My shop", "any"),)
    assert {"footwear", "footwear/sandals", "bags"} <= {c.id for c in read.concepts}


def test_the_first_label_column_may_say_the_language() -> None:
    read = parse_taxonomy_csv("label@fr,label@en\nBottes,Boots\n", "mode")
    assert read.language == "fr"
    assert read.find("boots") == "bottes"
    assert parse_taxonomy_csv(format_taxonomy_csv(read), "mode") == read


def test_utf_16_as_spreadsheets_save_it_is_read() -> None:
    read = parse_taxonomy_csv("label\nТуфли\n".encode("utf-16"), "mode")
    assert read.find("туфли") == "туфли"


@pytest.mark.parametrize(
    ("table", "message"),
    [
        pytest.param("", "is empty", id="nothing"),
        pytest.param("id,parent\na,b\n", "no column 'label'", id="no label column"),
        pytest.param("id,label,colour\n", "column 'colour'", id="an unknown column"),
        pytest.param("label,label@d_e\n", "'d_e'", id="an unknown language"),
        pytest.param("id,label\na,A\na,B\n", "line 3 .* id 'a' of line 2", id="an id twice"),
        pytest.param("id,label\na,A\nb,\n", "line 3 .* no label", id="no label"),
        pytest.param("id,label\n\n\na,A,x\n", "line 4 .* 3 cells", id="a cell too many"),
        pytest.param(
            "label,parent\nBoots,Lost\n", "line 2 .*'Boots'.*parent 'Lost'.*not in", id="an orphan"
        ),
        pytest.param(
            "label,parent\nA,C\nB,A\nC,B\n", "line 2 .*own ancestor: A > B > C > A", id="a cycle"
        ),
        pytest.param("id,label,parent\na,A,c\nb,B,a\nc,C,b\n", "own ancestor", id="a cycle of ids"),
        pytest.param(
            "id,label,parent\na,A,\nb,B,a\nc,B,\nd,D,b b\ne,E,B\n", "line 5 .*'b b'", id="lost"
        ),
        pytest.param(
            "id,label,parent\n1,A,\n2,B,1\n3,B,\n4,E,B\n", "line 5 .*lines 3, 4", id="ambiguous"
        ),
        pytest.param(
            "label,facet,kind\nA,x,one\nB,x,any\n", "line 3 .*'any'.*'one'", id="two kinds"
        ),
        pytest.param("label,facet,kind\nA,x,many\n", "'many'", id="an unknown kind"),
        pytest.param("label,deprecated\nA,perhaps\n", "line 2 .*'perhaps'", id="an unclear flag"),
        pytest.param("label\nA\x00\n", "line 2|NUL", id="a control"),
        pytest.param("Footwear,,Boots\n", "line 1 .* nothing at level 2", id="a gap in a path"),
        pytest.param("label\nBoots\nboots\n", "'boots'", id="a label twice"),
    ],
)
def test_a_broken_table_names_the_line(table: str, message: str) -> None:
    with pytest.raises(InvalidTaxonomy, match=message):
        parse_taxonomy_csv(table, "fashion")


@pytest.mark.parametrize(
    "header",
    ["concept,broader", "Term,Broader", "Category,Subcategory", "prefLabel@en,broader", "Name"],
)
def test_a_header_of_another_tool_is_refused_and_not_read_as_concepts(header: str) -> None:
    with pytest.raises(InvalidTaxonomy, match="call the columns 'label' and 'parent'"):
        parse_taxonomy_csv(f"{header}\nBoots,Footwear\n", "fashion")


def test_concepts_that_read_like_a_header_come_in_under_a_header_of_levels() -> None:
    read = parse_taxonomy_csv("level1,level2\nName,Term\n", "words")
    assert {c.label for c in read.concepts} == {"Name", "Term"}
