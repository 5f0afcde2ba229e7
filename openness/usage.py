"""What a scan of a code base finds: uses of models, decisions on them, problems. Frozen values, as in `model`.

Apart from `model`, since what looks at a single release needs none of it.
"""

from __future__ import annotations

from typing import NamedTuple

from openness.model import Assessment, NotRead


class Use(NamedTuple):
    """A place in a code base that names a model."""

    model: str
    """A Hub id, or the name as its kind has it: `llama3.1:8b`, `ai/smollm2`."""

    kind: str
    """`hub`, `ollama`, `docker`, `timm`, `torchhub`, `local` (weights in the tree) or `api` (closed, on a network)."""

    path: str
    """In the tree, with `/`."""

    line: int
    """1-based; in a notebook the line of the JSON file."""

    via: str
    """How it was recognised, in few words: `from_pretrained`, `vllm serve`, `key model_id`."""

    revision: str | None = None
    """As written; None where none is."""

    pinned: bool = False
    """Whether the revision is a commit or digest."""

    quote: str = ""
    """The line, at most 160 characters."""


class Ignore(NamedTuple):
    """A comment in the code that sets a problem aside: `# openness: ignore[rule] reason`."""

    path: str
    line: int
    """1-based, the comment's own."""

    covers: int
    """The line whose problems it sets aside: its own, or the next one where it stands alone."""

    rules: tuple[str, ...]
    reason: str
    """Empty where none is given, and then it sets nothing aside."""

    quote: str


class Reason(NamedTuple):
    """One of the things that a decision on a model rests on."""

    rule: str
    """Its id in `rules/scan-rules.yaml`, or that of a finding of the assessment."""

    message: str
    """One sentence without the name of the model: `closed, open-weight is required`."""


class ScannedModel(NamedTuple):
    """A model that a code base uses, at one revision, and what the policy makes of it."""

    model: str
    """As in `Use`."""

    revision: str | None
    """As in `Use`; two revisions of a model are two entries."""

    kind: str
    """As in `Use`."""

    uses: tuple[Use, ...]
    """By path and line; at least one."""

    headline: str | None
    """The headline verdict in words; None where nothing is known of the model."""

    license: str | None
    """The concluded licence of the weights, an SPDX expression or `NOASSERTION`; None where nothing is known."""

    decision: str
    """`allowed`, `denied`, `undetermined` or `excepted`."""

    reasons: tuple[Reason, ...] = ()
    """Why it is not simply allowed, weightiest first; for an excepted model who excepted it, and until when."""

    severity: str | None = None
    """The worst severity of its problems, as in `Problem`; None where it has none."""

    assessment: Assessment | None = None
    """For the lock; no output format reads it."""


class Problem(NamedTuple):
    """Something that needs action, in one place: what every output format of a scan lists."""

    rule: str
    """Its id in `rules/scan-rules.yaml`, or that of a finding of the assessment."""

    severity: str
    """`error`, `warning` or `note`."""

    message: str
    """One sentence that can stand alone, with the name of the model."""

    path: str | None
    """In the tree, with `/`: the use, or the policy file; None where there is no such place."""

    line: int | None
    """1-based; None for the file as a whole."""

    model: str | None = None
    """None for a problem of the policy, the lock or a file. A model used in several places has a problem in each."""

    revision: str | None = None
    """That of the `ScannedModel`."""

    help: str = ""
    """What to do, in a sentence; empty: what the rule says in general."""

    quote: str = ""
    """The line, at most 160 characters."""

    @property
    def fingerprint(self) -> str:
        """SHA-256, hex, of rule, model, path and the line's words: the same when lines move or are indented anew."""
        import hashlib

        parts = (self.rule, self.model or "", self.path or "", " ".join(self.quote.split()))
        return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()


class Scan(NamedTuple):
    """Everything that one scan found: what every output format of it renders."""

    root: str
    """The folder, as the user knows it."""

    models: tuple[ScannedModel, ...]
    """By decision (denied, undetermined, excepted, allowed), then by name."""

    problems: tuple[Problem, ...]
    """What needs action, by path, line and rule. Excepted, ignored and baselined problems are not among them."""

    not_read: tuple[NotRead, ...] = ()
    """Files that could name models and were not read."""

    files: int = 0
    """How many files were looked at."""

    policy: str | None = None
    """The policy file, as the user knows it; None: no policy."""

    ignored: int = 0
    """How many problems an inline comment suppressed."""

    known: int = 0
    """How many problems the baseline suppressed."""
