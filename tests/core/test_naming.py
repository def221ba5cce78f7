"""Names for groups of pictures: what is said of them and not of the rest."""

from __future__ import annotations

import numpy as np
import pytest

from tagwright.core import naming


def named(group: list[int], words: list[list[str]], **options: float) -> dict[int, str]:
    share = options.pop("share", 0.3)
    return dict(naming.names(np.array(group), naming.said(words), share=share, **options))


def test_a_word_of_the_group_wins_over_a_word_of_all() -> None:
    group = [0] * 10 + [1] * 10
    words = [["studio", "shoe"]] * 10 + [["studio", "bag"]] * 10
    assert named(group, words) == {0: "shoe", 1: "bag"}


def test_a_rare_word_does_not_win_over_what_most_have() -> None:
    words = [["shoe", "laces"]] * 3 + [["shoe"]] * 7 + [["bag"]] * 10
    assert named([0] * 10 + [1] * 10, words)[0] == "shoe"


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ([["shoe"]] * 2 + [[]] * 8 + [["bag"]] * 10, {1: "bag"}),
        ([["shoe"]] * 5 + [["hat"]] * 5 + [["shoe"]] * 5 + [["hat"]] * 5, {}),
        ([[]] * 20, {}),
    ],
    ids=["said of too few", "said of all alike", "nothing said"],
)
def test_where_no_word_tells_a_group_it_has_no_name(
    words: list[list[str]], expected: dict[int, str]
) -> None:
    assert named([0] * 10 + [1] * 10, words) == expected


def test_a_few_stray_labels_do_not_name_a_large_group() -> None:
    group = [0] * 100 + [1] * 20
    words = [["gift"]] * 4 + [[]] * 96 + [["bag"]] * 20
    assert named(group, words)[0] == "gift"
    assert 0 not in named(group, words, heard=0.05)


def test_pictures_between_groups_count_as_the_rest() -> None:
    words = [["shoe"]] * 10 + [["shoe"]] * 30
    assert named([0] * 10 + [-1] * 30, words) == {}


@pytest.mark.parametrize(
    ("uri", "expected"),
    [
        ("file:///home/ann/Pictures/red-shoes/IMG_2041.jpg", ["red", "shoes"]),
        ("file:///a/b/Brown%20leather_bag.JPG", ["brown", "leather", "bag"]),
        ("upload:abc/DSC001.png", []),
        ("https://example.org/p/\u00c9charpe.webp", ["\u00e9charpe"]),
    ],
)
def test_words_of_a_file_are_those_of_its_name_and_folder(uri: str, expected: list[str]) -> None:
    assert [w for w in naming.file_words([uri]) if w not in ("upload", "abc")] == expected
