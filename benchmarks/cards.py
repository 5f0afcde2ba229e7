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


def timed(work: Callable[[], object]) -> float:
    started = time.process_time()
    work()
    return time.process_time() - started


def main(path: str) -> None:
    cards = read(path)
    slowest = max(timed(lambda card=card: ours(*card)) for card in cards)  # type: ignore[misc]
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024

    from huggingface_hub import ModelCard

    def theirs(content: str) -> None:
        try:
            ModelCard(content)
        except Exception:  # noqa: BLE001 - whatever it refuses counts as parsed
            return

    spent = {"ours": 0.0, "theirs": 0.0}
    for start in range(0, len(cards), 1000):
        batch = cards[start : start + 1000]
        texts = [data.decode("utf-8", "replace") for data, _ in batch]
        spent["ours"] += timed(lambda batch=batch: [ours(*card) for card in batch])  # type: ignore[misc]
        spent["theirs"] += timed(lambda texts=texts: [theirs(content) for content in texts])  # type: ignore[misc]
    for name, what in (("ours", "openness, everything"), ("theirs", "ModelCard, parsing")):
        print(f"{what:24} {spent[name] / len(cards) * 1e6:7.1f} µs of CPU a card")
    print(f"{'ratio':24} {spent['ours'] / spent['theirs']:7.2f}")
    print(f"{'slowest card':24} {slowest * 1000:7.1f} ms")
    print(f"{'peak memory before ModelCard, with all cards':24} {memory:.0f} MB")


if __name__ == "__main__":
    main(sys.argv[1])
