"""Licences that are not known here: which of them are taken for one that is.

    pip install -e '.[fingerprints]'
    python benchmarks/others.py

ScanCode has some 1,500 licences that neither SPDX nor the catalogue has an id of. Each that is named without remark is
listed, with the licence that it is taken for: right where the two say the same, and nobody knows but who reads them.
"""

from __future__ import annotations

from openness.licensing import fingerprint_sources as sources
from openness.licensing import identify, wording, words


def main() -> None:
    ids = sources.named(wording.bundle(), {})
    count = same = 0
    for _, about, text in sources.collected("licenses/*.LICENSE"):
        if about.get("is_deprecated") or ids[about["key"]]:
            continue
        count += 1
        file = words.Places.of(text)
        matches = identify.identify(file.hashes, file)
        if (
            matches
            and all(one.status != "altered" for one in matches)
            and not identify.rest(matches, file.hashes, file)
        ):
            same += 1
            print(f"{about['key']:40} {', '.join(f'{one.ids[0]} ({one.status}, {one.score:.2f})' for one in matches)}")
    print(f"{same} of {count} other licences are taken for one that is known")


if __name__ == "__main__":
    main()
