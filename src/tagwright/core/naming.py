"""Words for groups of pictures: those that are said of them, and not of the rest."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import unquote

import numpy as np

from tagwright.core.words import word_key
from tagwright.types import Ids, Scores

LIFT: Final = 1.5
"""How many times as often a word must be said of a group as of the rest, to be its name."""
SAID: Final = 3
"""Pictures that a word must be said of."""
_WORD: Final = re.compile(r"[^\W\d_]{3,}")
_PLAIN: Final = re.compile(
    "jpe?g|png|webp|hei[cf]|tiff?|gif|bmp|img|images?|pictures?|photos?|pics?|dsc[nf]?|copy|final|"
    "files?|uploads?|export|scan|thumb|thumbnail|originals?|data|home|users|tmp|mnt|media"
)
"""What stands in file names everywhere and says nothing of the picture."""


@dataclass(frozen=True, slots=True)
class Said:
    """Words of pictures: picture `at[i]` has word `word[i]`. words: what each number means."""

    at: Ids
    word: Ids
    words: Sequence[str]


def said(rows: Iterable[Iterable[str]]) -> Said:
    """From the words of each picture, in order. Each counts once a picture."""
    known: dict[str, int] = {}
    at: list[int] = []
    word: list[int] = []
    for row, words in enumerate(rows):
        for each in dict.fromkeys(words):
            at.append(row)
            word.append(known.setdefault(each, len(known)))
    return Said(np.array(at, np.int64), np.array(word, np.int64), tuple(known))


def file_words(uris: Iterable[str]) -> list[str]:
    """The words in a picture's file name and in the folder it lies in; no numbers, no endings."""
    parts = (part for uri in uris for part in unquote(uri).rsplit("/", 2)[-2:])
    words = (word_key(word) for part in parts for word in _WORD.findall(part))
    return [word for word in dict.fromkeys(words) if not _PLAIN.fullmatch(word)]


def names(group: Ids, spoken: Said, *, share: float, heard: float = 0.0) -> Mapping[int, str]:
    """For each group that has one, the word that tells it from the rest.

    group: (n,) of each picture, -1 for none. share: of the pictures of the group that anything is
    said of, so many must have the word; heard: and so many of all that are in it. The word with
    the largest share times the logarithm of its lift wins: neither the most frequent, which all
    groups share, nor the rarest.
    """
    count, many = int(group.max(initial=-1)) + 1, len(spoken.words)
    if not count or not many:
        return {}
    inside = group[spoken.at]
    code, times = np.unique(inside * many + spoken.word, return_counts=True)
    own, word = code // many, code % many
    talking = np.zeros(len(group), np.bool_)
    talking[spoken.at] = True
    size = np.bincount(group[talking & (group >= 0)], minlength=count).astype(np.float64)
    total = np.bincount(spoken.word, minlength=many).astype(np.float64)
    least = np.maximum(SAID, heard * np.bincount(group[group >= 0], minlength=count))
    kept = own >= 0
    kept[kept] = times[kept] >= least[own[kept]]
    own, word, times = own[kept], word[kept], times[kept].astype(np.float64)
    part = times / size[own]
    rest = (total[word] - times + 0.5) / (float(talking.sum()) - size[own] + 1)
    lift = part / rest
    worth: Scores = np.where((part >= share) & (lift >= LIFT), part * np.log2(lift), -np.inf)
    order = np.lexsort((word, -worth))
    found: dict[int, str] = {}
    for at in order[np.isfinite(worth[order])].tolist():
        found.setdefault(int(own[at]), spoken.words[int(word[at])])
    return found
