"""Assessing model cards in-process against only parsing them with `huggingface_hub.ModelCard`, in one run.

    python benchmarks/cards.py CARDS.tar.gz

Ours: decoding, front matter, body, facts with evidence, licences, every bundled definition. Theirs: the front
matter. Cards are taken in turns of 1,000, so that a drift of the machine hits both.
"""

from __future__ import annotations

import resource
import sys
import tarfile
import time
from collections.abc import Callable
from pathlib import Path

from openness import definitions
from openness.errors import OpennessError
from openness.licensing.conclude import conclude
from openness.model import Verdict
from openness.sources import model_card, text

PACKS = definitions.wanted("openness", None)


def ours(data: bytes, name: str) -> list[Verdict] | None:
    try:
        return definitions.verdicts(PACKS, conclude(model_card.read(text.decode(data, "README.md"), (name,))))
    except OpennessError:
        return None


def read(path: str) -> list[tuple[bytes, str]]:
    cards = []
    with tarfile.open(path) as archive:
        for member in archive:
            stream = archive.extractfile(member) if member.isfile() else None
            if stream is not None:
                cards.append((stream.read(), "/".join(Path(member.name).parts[-3:-1])))
    return cards


def timed(work: Callable[..., object], arguments: list[tuple[object, ...]]) -> float:
    """CPU seconds of calling `work` with each of the arguments."""
    started = time.process_time()
    for one in arguments:
        work(*one)
    return time.process_time() - started


def main(path: str) -> None:
    cards = read(path)
    slowest = max(timed(ours, [card]) for card in cards)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024

    from huggingface_hub import ModelCard

    def theirs(content: str) -> object:
        try:
            return ModelCard(content)
        except Exception:
            return None  # whatever it refuses counts as parsed

    spent = {"ours": 0.0, "theirs": 0.0}
    for start in range(0, len(cards), 1000):
        batch = cards[start : start + 1000]
        spent["ours"] += timed(ours, list(batch))
        spent["theirs"] += timed(theirs, [(data.decode("utf-8", "replace"),) for data, _ in batch])
    for name, what in (("ours", "openness, everything"), ("theirs", "ModelCard, parsing")):
        print(f"{what:24} {spent[name] / len(cards) * 1e6:7.1f} µs of CPU a card")
    print(f"{'ratio':24} {spent['ours'] / spent['theirs']:7.2f}")
    print(f"{'slowest card':24} {slowest * 1000:7.1f} ms")
    print(f"{'peak memory before ModelCard, with all cards':24} {memory:.0f} MB")


if __name__ == "__main__":
    main(sys.argv[1])
