"""What the subject of a sentence is: parts of a release, models of its family, or something else."""

from __future__ import annotations

import re
from collections.abc import Sequence

from openness.sources import names
from openness.sources.scope_blocks import WORD, plain
from openness.sources.scope_rules import rules

WHOLE = ("project", "release")
"""What a statement covers that is about no part: all that lies here, and what is released."""
MAX_SUBJECT = 300
_HOLDER = re.compile(r" (?:©|\(c\)) ?[12]\d{3}(?:[-–, ]{1,2}[12]\d{3})? by .{1,80}")
_EXCEPTED_END = re.compile(r"[.;()]|,? which|,? that|,? these| are ")


class Subject:
    """The phrases, and the names of the release, against which a subject is read."""

    def __init__(self, called: Sequence[str]) -> None:
        self.rules = rules()
        self.own = [one for one in dict.fromkeys(names.tokens(name) for name in called) if one]
        self.words = {word for one in self.own for word in one}
        self.squashed = ["".join(one) for one in self.own]

    def of(self, text: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """The parts, and the models of the family, that a subject names; nothing where a word is not understood."""
        lowered = _HOLDER.sub(" ", text.lower())
        if not lowered or len(lowered) > MAX_SUBJECT or self.rules.others.search(lowered):
            return (), ()
        head = re.split(r" (?:of|for|in|from|on|at|with|by)\b", re.sub(r"^(?:the )?(?:use|usage) of ", "", lowered))[0]
        covers = tuple(dict.fromkeys(self.rules.parts[one.group()] for one in self.rules.phrase.finditer(head)))
        rest = self.rules.phrase.sub(" ", lowered).replace("/", " ").replace("\\", " ")
        left = [word.removesuffix("'s").removesuffix("’s") for word in WORD.findall(rest)]
        said = self.rules.fillers | self.rules.variants
        left = ["-".join(part for part in word.split("-") if part not in self.rules.variants) for word in left
                if word not in said]  # fmt: skip
        left = [word for word in left if word]
        if not left:
            return covers, ()
        if self._is_own(left):
            sized = any(names.is_size(token) for word in left for token in names.tokens(word))
            return covers or (("weights",) if sized else ("release",)), ()
        models = self._members(rest)
        return (("weights",), models) if models and set(covers) <= {"weights"} else ((), ())

    def only(self, text: str) -> tuple[str, ...]:
        """The parts that a subject names, if it names no model of the family."""
        covers, models = self.of(text)
        return () if models else covers

    def parts(self, text: str) -> tuple[str, ...]:
        """The parts that an exception names."""
        covers = self.only(plain(_EXCEPTED_END.split(text)[0]).strip(" ,"))
        return () if set(covers) & set(WHOLE) else covers

    def _is_own(self, left: list[str]) -> bool:
        """Whether the words that are left are the release's own name."""
        said = [token for word in left for token in names.tokens(word)]
        if not said:
            return True
        if any(said[0] == one[0] and set(said) <= self.words for one in self.own):
            return True
        joined = "".join(said)
        return any(len(joined) > 3 and one.startswith(joined) and not one[len(joined) :][:1].isdigit()
                   for one in self.squashed)  # fmt: skip

    def _members(self, text: str) -> tuple[str, ...]:
        """The models of the family that a list of names has; nothing where one of the names is of another family."""
        found = []
        for name in re.split(r",| and | & ", text):
            said = [word for word in WORD.findall(name) if word not in self.rules.fillers]
            if said:
                found.append("-".join(said))
        family = [name for name in map(names.tokens, found) if not all(map(names.is_size, name))]
        own = [one for one in self.own if all(names.begins(name, one[:1]) for name in family)]
        return tuple(found) if found and own else ()


def models_in(text: str) -> tuple[str, ...]:
    """The models that an exception names: sizes, and names with a number."""
    cut = _EXCEPTED_END.split(text)[0]
    words = [word for word in WORD.findall(cut.lower().replace("/", " ")) if word not in rules().fillers]
    return tuple(word for word in words if any(sign.isdigit() for sign in word))
