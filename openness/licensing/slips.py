"""Misspelt, joined and parted words: whether what a file has in place of a known text's words is meant to be them.

A part of identification. The words of known texts are not at hand, only the numbers of their pairs; a word is known
again by the pairs that it makes with the words before and behind it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from string import ascii_lowercase

from openness.licensing import fingerprints, words

MAX_WORDS = 3
"""Words that a slip may have on either side."""

_LEAST = 5  # letters of a word that may be misspelt; a shorter one with another letter is another word


def is_slip(own: Sequence[str], wanted: bytes, before: int, behind: int, spelt: bool) -> bool:
    """Whether the words are meant to be those that make the pairs `wanted` between two others, given as hashes.

    `spelt` says that the file's words are such as no licence has, so that they may be misspelt; joined or parted words
    are known in any case. Costs some 500 hashes for a misspelt word of ten letters.
    """
    letters = "".join(own)
    meant = len(wanted) // 2 - 1
    if not 1 <= meant <= MAX_WORDS or not 1 <= len(own) <= MAX_WORDS or not letters.isalpha():
        return False
    first = int.from_bytes(wanted[:2], "little")
    return any(
        fingerprints.pair(before, words.hash_of(one[0])) == first
        and fingerprints.pairs([before, *map(words.hash_of, one), behind]) == wanted
        for one in _readings(letters, meant, len(own), spelt)
    )


def _readings(letters: str, meant: int, own: int, spelt: bool) -> Iterator[tuple[str, ...]]:
    """What a file's word may have been meant to be: that many words."""
    if meant == 2 and own == 1:
        yield from ((letters[:at], letters[at:]) for at in range(2, len(letters) - 1))
    if meant != 1:
        return
    if own > 1:
        yield (letters,)
    if own == 1 and spelt and len(letters) >= _LEAST:
        for at in range(len(letters) + 1):
            start, end = letters[:at], letters[at:]
            yield (start + end[1:],)
            yield (start + end[1:2] + end[:1] + end[2:],)
            for letter in ascii_lowercase:
                yield (start + letter + end,)
                yield (start + letter + end[1:],)
