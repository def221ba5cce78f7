"""Words as people write them: tidied for keeping, folded for comparing, slugged for ids."""

from __future__ import annotations

import hashlib
import re
import unicodedata

from tagwright.errors import InvalidTaxonomy

_UNPRINTABLE = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
"""Controls, lone surrogates and the code points XML 1.0 refuses."""
_LANGUAGE = re.compile(r"[a-z]{1,8}(-[a-z0-9]{1,8})*")
"""A BCP 47 tag in lower case."""
_PLAIN = re.compile(r"[a-z0-9]+(?:[ ._-][a-z0-9]+)*")
"""Words whose slug can be read back, so that it needs no hash."""
_SLUG_LENGTH = 60


def tidy(text: str) -> str:
    """The same words composed (NFC), trimmed, with single spaces; may be empty."""
    return " ".join(unicodedata.normalize("NFC", text).split())


def word_key(text: str) -> str:
    """What two spellings of one word share: case, composition and spacing do not count."""
    return tidy(unicodedata.normalize("NFC", text).casefold())


def printable(text: str, owner: str) -> str:
    """`text` tidied. Raises InvalidTaxonomy, naming `owner`, where nothing or a control is left."""
    clean = tidy(text)
    if not clean:
        raise InvalidTaxonomy(f"{owner} is empty ({text!r}): give it a word")
    if found := _UNPRINTABLE.search(clean):
        raise InvalidTaxonomy(
            f"{owner} {text!r} holds the unprintable character {found.group()!r}: remove it"
        )
    return clean


def printable_lines(text: str, owner: str) -> str:
    """Like `printable` for prose: line breaks stay, as line feeds."""
    lines = unicodedata.normalize("NFC", text).splitlines()
    kept = [printable(line, owner) if line.strip() else "" for line in lines]
    prose = "\n".join(kept).strip("\n")
    return prose or printable(text, owner)


def language_tag(tag: str, owner: str) -> str:
    """A BCP 47 tag in lower case. Raises InvalidTaxonomy, naming `owner`, for anything else."""
    lower = tag.lower()
    if not _LANGUAGE.fullmatch(lower):
        raise InvalidTaxonomy(
            f"{owner} has the language {tag!r}: give a BCP 47 tag such as 'en' or 'pt-br'"
        )
    return lower


def slug(text: str) -> str:
    """A readable id for some words, the same whenever and wherever they are met.

    Plain words read back ("ankle boots" is `ankle-boots`, "t-shirt" is `t--shirt`); scripts that
    do not fold to ASCII keep their letters. Where something is lost ("C++", "pâté"), a hash of the
    words keeps two of them apart (`c~cedb1bac`). Never holds a slash.
    """
    key = word_key(text)
    readable = _readable(key)
    unfolded = "-" not in key and readable == key.replace(" ", "-")
    if (unfolded or _PLAIN.fullmatch(key)) and 0 < len(key) <= _SLUG_LENGTH:
        return key.replace("-", "--").replace(" ", "-")
    digest = hashlib.sha256(key.encode("utf-8", "backslashreplace")).hexdigest()[:8]
    return f"{readable[:_SLUG_LENGTH]}~{digest}"


def _readable(key: str) -> str:
    """Letters, marks and digits joined by single hyphens, in ASCII where that is possible."""
    apart = unicodedata.normalize("NFKD", key)
    folded = "".join(c for c in apart if not unicodedata.combining(c))
    letters = folded if folded.isascii() else key
    kept = "".join(c if unicodedata.category(c)[0] in "LMN" else " " for c in letters)
    return "-".join(kept.split())
