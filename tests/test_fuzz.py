"""10,000 mutated cards and descriptors: only reports and typed errors come out."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from openness import definitions
from openness.errors import OpennessError
from openness.licensing.conclude import conclude
from openness.model import Assessment, Report
from openness.output import text as text_output
from openness.sources import descriptor, model_card, registry, text

CASES = Path(__file__).parent / "cases"
CARDS = sorted(CASES.glob("card-*/input/README.md"))
DESCRIPTORS = [*sorted(CASES.glob("descriptor-*/input/*.yaml")), *sorted(registry.FOLDER.glob("o*.yaml"))]
TOKENS = [
    b"---\n", b"\n---\n", b": ", b"\n- ", b"license", b"license: ", b"[", b"]", b"{", b"}", b"&a ", b"*a", b"!!x ", b"|\n", b">\n",
    b"'", b'"', b"#", b"\t", b"\0", b"\xff", b"\xef\xbb\xbf", b"\r", b"\r\n", b"\xe2\x80\xa8", b"null", b"true", b"1e999", b"??? ",
    b"```\n", b"from_pretrained('", b"license: [mit, ", b"source: ", b"available: ", b"components:\n", b"~", b"<<: *a\n", b"- - - ",
]  # fmt: skip
PACKS = definitions.wanted("openness", None)


def mutated(data: bytes, chance: random.Random) -> bytes:
    """The bytes with one to eight pieces removed, repeated, moved, flipped or put in."""
    content = bytearray(data)
    for _ in range(chance.randint(1, 8)):
        at = chance.randrange(len(content) + 1)
        size = chance.choice((1, 2, 5, 20, 100))
        match chance.randrange(5):
            case 0:
                del content[at : at + size]
            case 1:
                content[at:at] = content[at : at + size] * chance.choice((1, 2, 50))
            case 2:
                content[at:at] = chance.choice(TOKENS)
            case 3 if at < len(content):
                content[at] = chance.randrange(256)
            case _:
                other = chance.randrange(len(content) + 1)
                content[at:at] = content[other : other + size]
    return bytes(content)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(20))
def test_mutations(seed: int) -> None:
    chance = random.Random(seed)
    outcomes = {"report": 0, "error": 0}
    for number in range(500):
        is_card = number % 2 == 0
        path = chance.choice(CARDS if is_card else DESCRIPTORS)
        try:
            read = text.decode(mutated(path.read_bytes(), chance), path.name)
            if is_card:
                release = model_card.read(read)
            else:
                loaded = descriptor.load(read)
                release = descriptor.release(loaded, loaded.release, "x", "")
            release = conclude(release)
        except OpennessError as problem:
            assert problem.path and problem.message
            outcomes["error"] += 1
            continue
        headline, *others = definitions.verdicts(PACKS, release)
        if is_card:
            assert headline.levels.index(headline.at_least) < headline.levels.index("open-source")
        assert text_output.render(Report((Assessment(release, headline, tuple(others)),), (), ()))
        outcomes["report"] += 1
    assert min(outcomes.values()) > 10, outcomes
