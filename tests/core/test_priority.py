"""In which order pictures are put to people."""

from __future__ import annotations

import numpy as np

from tagwright.core.priority import closeness, crowding, in_order, margins, uncertainty


def test_a_close_race_has_a_small_margin_and_a_lone_guess_its_own_probability() -> None:
    assert np.allclose(margins(np.array([[0.4, 0.5], [0.9, 0.0]])), [0.1, 0.9])
    assert np.allclose(margins(np.array([[0.7]])), [0.7])


def test_closeness_is_full_at_the_cutoff_and_nothing_where_there_is_none() -> None:
    near = closeness(np.array([0.9, 0.4, 0.9]), np.array([0.9, 0.9, np.nan]))
    assert np.allclose(near, [1, 0.5, 0])


def test_a_close_race_is_worth_more_than_a_near_miss() -> None:
    race, miss = uncertainty(np.array([0.1, 0.9]), np.array([0.0, 1.0]))
    assert race > miss


def test_a_picture_among_many_alike_is_more_crowded_than_one_alone() -> None:
    features = np.array([[1, 0], [1, 0.1], [1, 0.2], [0, 1]], np.float32)
    assert crowding(features).tolist() == [1, 1, 1, 0]
    assert crowding(np.eye(3, dtype=np.float32)).tolist() == [0, 0, 0]


def test_the_second_picture_is_far_from_the_first_though_others_are_as_unsure() -> None:
    features = np.array([[1, 0], [1, 0.05], [0, 1]], np.float32)
    order = in_order(np.array([1.0, 0.99, 0.5]), features, ["a", "b", "c"])
    assert order.tolist() == [0, 2, 1]


def test_of_a_near_duplicate_group_only_one_is_shown() -> None:
    order = in_order(np.array([0.2, 0.9, 0.5]), np.eye(3, dtype=np.float32), ["a", "a", "b"])
    assert order.tolist() == [1, 2]


def test_pictures_without_features_and_no_pictures_at_all_are_ordered_too() -> None:
    nothing = np.zeros((2, 4), np.float32)
    assert in_order(np.array([0.1, 0.2]), nothing, ["a", "b"]).tolist() == [1, 0]
    assert in_order(np.zeros(0), nothing[:0], []).tolist() == []
