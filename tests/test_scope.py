"""Which part of a release a licence is for: sentences, lines, tables, files, folders and models of a family."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import weight_files
from hypothesis import given, settings
from hypothesis import strategies as st

from openness.assess import assess
from openness.licensing import expression
from openness.licensing.conclude import conclude
from openness.model import Release
from openness.sources import folder, license_files, names, scope, scope_rules

GGUF = weight_files.gguf()
TRAINS = "from transformers import Trainer\nTrainer().train()\n"
RUNS = "m = load_file('x')\nm.generate()\n"
MIT = (
    "MIT License\n\nCopyright (c) 2024 Finch\n\nPermission is hereby granted, free of charge, to any person obtaining a "
    'copy of this software and associated documentation files (the "Software"), to deal in the Software without '
    "restriction, including without limitation the rights to use, copy, modify, merge, publish, distribute, sublicense, "
    "and/or sell copies of the Software, and to permit persons to whom the Software is furnished to do so, subject to the "
    "following conditions:\n\nThe above copyright notice and this permission notice shall be included in all copies or "
    'substantial portions of the Software.\n\nTHE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR '
    "IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND "
    "NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER "
    "LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM, OUT OF OR IN CONNECTION WITH THE "
    "SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.\n"
)
ISC = (
    "ISC License\n\nCopyright (c) 2024 Finch\n\nPermission to use, copy, modify, and/or distribute this software for any "
    "purpose with or without fee is hereby granted, provided that the above copyright notice and this permission notice "
    'appear in all copies.\n\nTHE SOFTWARE IS PROVIDED "AS IS" AND THE AUTHOR DISCLAIMS ALL WARRANTIES WITH REGARD TO THIS '
    "SOFTWARE INCLUDING ALL IMPLIED WARRANTIES OF MERCHANTABILITY AND FITNESS. IN NO EVENT SHALL THE AUTHOR BE LIABLE FOR "
    "ANY SPECIAL, DIRECT, INDIRECT, OR CONSEQUENTIAL DAMAGES OR ANY DAMAGES WHATSOEVER RESULTING FROM LOSS OF USE, DATA OR "
    "PROFITS, WHETHER IN AN ACTION OF CONTRACT, NEGLIGENCE OR OTHER TORTIOUS ACTION, ARISING OUT OF OR IN CONNECTION WITH "
    "THE USE OR PERFORMANCE OF THIS SOFTWARE.\n"
)


# -- sections that say more than the licence --------------------------------------------------------------


@pytest.mark.parametrize(
    ("section", "terms"),
    [
        ("MIT. The model is for non-commercial use only.", {"non-commercial"}),
        ("CC BY 4.0. The weights must not be used for military purposes.", {"field-of-use"}),
        ("MIT. You may use the model for commercial and non-commercial purposes.", set()),
        ("MIT. The training dataset is for research purposes only.", set()),
        ("MIT. Since non-commercial datasets were used, the chat model is cc-by-nc-4.0.", set()),
    ],
)
def test_a_section_that_restricts_keeps_an_open_licence_open(tmp_path: Path, section: str, terms: set[str]) -> None:
    readme = f"---\nlicense: mit\n---\n# Finch\n\n## License\n\n{section}\n"
    found = made(tmp_path, {"README.md": readme, "finch.gguf": GGUF})
    weights = found.component("model-parameters").license
    assert {one.term for one in weights.recognised} >= terms
    assert ("license-terms" in findings(found)) == bool(terms) == (weights.status == "unidentified")
    assert all(one.lines == (8, 8) for one in weights.recognised)


def test_a_section_that_repeats_what_the_licence_says_adds_nothing(tmp_path: Path) -> None:
    readme = "---\nlicense: cc-by-nc-4.0\n---\n# Finch\n\n## License\n\nFor non-commercial use only.\n"
    assert licenses(made(tmp_path, {"README.md": readme, "finch.gguf": GGUF}))[0] == "CC-BY-NC-4.0"


# -- a labelled set --------------------------------------------------------------------------------------


def test_licence_sections_are_read_right_or_left_open(tmp_path: Path) -> None:
    """Sections written for this without sight of the rules; of the last 118 none was looked at before it was measured."""
    lines = (Path(__file__).parent / "license_sentences.jsonl").read_text(encoding="utf-8").splitlines()
    right = 0
    for number, line in enumerate(lines):
        label = json.loads(line)
        readme = f"# Finch-7B\n\nFinch-7B is a language model.\n\n## License\n\n{label['text']}\n"
        found = made(tmp_path / str(number), {"README.md": readme, "finch.gguf": GGUF, "train.py": TRAINS}, "Finch-7B")
        for part, name in (("weights", "model-parameters"), ("code", "training-code"), ("data", "datasets")):
            told = found.component(name).license
            text = told.expression.text if told.status == "concluded" else ""
            wanted = label.get(part, "")
            assert not text or sorted(text.split()) == sorted(wanted.split()), (part, text, label)
            right += part == "weights" and text == wanted.removesuffix("?")
    assert right >= 0.7 * len(lines)


# -- sentences -------------------------------------------------------------------------------------------

SAID: list[tuple[str, dict[str, str]]] = [
    ("The code is MIT licensed.", {"code": "MIT"}),
    ("The code is MIT, the weights are CC-BY-NC-4.0.", {"code": "MIT", "weights": "CC-BY-NC-4.0"}),
    ("Code is released under the MIT license and the weights under CC BY-NC 4.0.", {"code": "MIT", "weights": "CC-BY-NC-4.0"}),
    ("Our source code is available under Apache 2.0; the model checkpoints are distributed under the Llama 3.1 Community License.", {"code": "Apache-2.0", "weights": "LicenseRef-llama-3.1"}),
    ("While the code is licensed under the Apache License, Version 2.0, the model weights are governed by the Gemma Terms of Use.", {"code": "Apache-2.0", "weights": "LicenseRef-gemma"}),
    ("Both code and weights are made available under the [BSD 3-Clause License](LICENSE).", {"code": "BSD-3-Clause", "weights": "BSD-3-Clause"}),
    ("We release the pretrained weights under the terms of the MIT License.", {"weights": "MIT"}),
    ("We are open-sourcing the training code under Apache-2.0.", {"code": "Apache-2.0"}),
    ("This model is licensed under CC-BY-SA-4.0, which means that you must share alike.", {"weights": "CC-BY-SA-4.0"}),
    ("All models in this repository are provided under the `apache-2.0` licence.", {"weights": "Apache-2.0"}),
    ("The weights of Finch are published under **CC BY 4.0**.", {"weights": "CC-BY-4.0"}),
    ("Finch's model weights are subject to the [OpenRAIL++ licence](LICENSE-MODEL).", {"weights": "LicenseRef-openrail-plus-plus"}),
    ("The model is available for research under an agreement with its authors.", {"weights": "?"}),
    ("The use of the Finch models is subject to the Llama 3 Community License.", {"weights": "LicenseRef-llama-3"}),
    ("The training dataset is released under CC BY 4.0.", {"data": "CC-BY-4.0"}),
    ("Documentation is licensed under Creative Commons Attribution 4.0 International (CC-BY-4.0).", {"documentation": "CC-BY-4.0"}),
    ("This repository is released under the MIT License.", {"project": "MIT"}),
    ("This library is licensed under the Apache 2.0 License.", {"code": "Apache-2.0"}),
    ("Finch is released under the MIT License.", {"release": "MIT"}),
    ("The code and models are under\nthe MIT license.", {"code": "MIT", "weights": "MIT"}),
    ("- **Code:** MIT\n- **Model weights:** [CC BY-NC 4.0](LICENSE-WEIGHTS)", {"code": "MIT", "weights": "CC-BY-NC-4.0"}),
    ("code: Apache-2.0; weights: CC-BY-NC-4.0", {"code": "Apache-2.0", "weights": "CC-BY-NC-4.0"}),
    ("Code License: MIT\n\nModel License: Apache 2.0", {"code": "MIT", "weights": "Apache-2.0"}),
    ("License: MIT (code), CC-BY-4.0 (weights)", {"code": "MIT", "weights": "CC-BY-4.0"}),
    ("| Part | License |\n|---|---|\n| Code | MIT |\n| Weights | CC BY 4.0 |", {"code": "MIT", "weights": "CC-BY-4.0"}),
    ("| Code | MIT |\n|---|---|\n| Dataset | CC0-1.0 |", {"data": "CC0-1.0"}),
    ('<p>The <b>code</b> is under the <a href="LICENSE">MIT</a> license.</p>', {"code": "MIT"}),
    ("The model is now available under MIT or Apache-2.0.", {"weights": "MIT OR Apache-2.0"}),
    ("Licensed under the Apache License 2.0.", {"project": "Apache-2.0"}),
    ("Unless stated otherwise, the code is licensed under the MIT License.", {"code": "MIT"}),
    ("Released under GPLv3 or any later version.", {"project": "GPL-3.0-or-later"}),
    ("[MIT](LICENSE)", {"project": "MIT"}),
    ("Finch is dual licensed under the MIT and Apache 2.0 licenses.", {"release": "MIT OR Apache-2.0"}),
    ("MIT / Apache-2.0", {"project": "MIT OR Apache-2.0"}),
    ("The weights are for non-commercial research use only (CC BY-NC 4.0).", {"weights": "CC-BY-NC-4.0"}),
    ("This project is under Apache-2.0, except for the weights, which are under the Llama 3.1 Community License.", {"project": "Apache-2.0", "weights": "LicenseRef-llama-3.1"}),
    ("This project is MIT licensed, except for the weights.", {"project": "MIT", "weights": "?"}),
    ("CC BY 4.0 applies to the model weights, MIT for the code.", {"weights": "CC-BY-4.0", "code": "MIT"}),
    ("Model and code are under CC BY 4.0 and MIT, respectively.", {"weights": "CC-BY-4.0", "code": "MIT"}),
    ("The weights are licensed under Apache 2.0, except for the encoder in them, which is under CC BY-NC 4.0.", {"weights": "?"}),
    ("The repo is MIT licensed, the weights that are hosted elsewhere have their own licence: cc-by-nc-4.0", {"code": "MIT"}),
    ("By downloading the model you agree to be bound by the Gemma Terms of Use.", {"weights": "LicenseRef-gemma"}),
    ("The weights are CC BY-NC 4.0. You must also comply with the Llama 2 Community License.", {"weights": "LicenseRef-llama-2"}),
    ("Our code follows BSD-2-Clause, and so do the docs.", {"code": "BSD-2-Clause"}),
    ("- [finch/finch](x): apache-2.0\n- [finch/finch-chat](y): cc-by-nc-4.0\n  - Since Alpaca was used, we release the fine-tuned model as cc-by-nc-4.0.", {}),
    ("[![Code License](https://img.shields.io/badge/Code%20License-Apache_2.0-green.svg)](LICENSE)", {"code": "Apache-2.0"}),
    ("This project is licensed under either the MIT License or Apache License, Version 2.0 at your option.", {"project": "MIT OR Apache-2.0"}),
    ("The code and the weights are available under your choice of the MIT License or ISC.", {"code": "MIT OR ISC", "weights": "MIT OR ISC"}),
    ("Licensed under either of [Apache License, Version\n2.0](LICENSE-APACHE) or [MIT license](LICENSE-MIT) at your option.", {"project": "Apache-2.0 OR MIT"}),
    ("Licensed under either of\n\n * Apache License, Version 2.0\n   ([LICENSE-APACHE](LICENSE-APACHE))\n * MIT license ([LICENSE-MIT](LICENSE-MIT))\n\nat your option.", {"project": "Apache-2.0 OR MIT"}),
]  # fmt: skip

NOT_SAID = [
    "The code is not licensed under the MIT License.",
    "The model was previously released under Apache 2.0.",
    "Earlier weights were released under the MIT License.",
    "Finch is based on Heron, which is licensed under the MIT License.",
    "Finch builds on Heron, released under the Apache License 2.0.",
    "The base model is licensed under the Llama 2 Community License.",
    "The original model is licensed under Apache 2.0.",
    "The Heron weights are licensed under the MIT License.",
    "Heron is released under the MIT License.",
    "The weights of Heron are under the MIT License.",
    "The model was trained on data that is licensed under CC BY 4.0.",
    "This model uses a tokenizer released under the MIT License.",
    "Portions of the code are licensed under BSD-3-Clause.",
    "Some models are licensed under Apache 2.0.",
    "Third-party code is licensed under the MIT License.",
    "The model may be used under the conditions of fair use.",
    "The code is under active development.",
    "The model runs under 8 GB.",
    "If the model is licensed under MIT, you may sell it.",
    "The code will be released under the MIT License once the paper is accepted.",
    "The datasets are all released under a CC0 or another license.",
    "You are free to license the weights under the MIT License in your fork.",
    "The vision encoder weights are licensed under Apache 2.0.",
    "Our paper is published under CC BY 4.0.",
    "```\nThe code is licensed under the MIT License.\n```",
    "## Third-party licenses\n\nLicensed under the MIT License.",
    "Photographs: 'Heron at dawn', licensed under CC BY 2.0.",
]


def said(text: str, *called: str) -> dict[str, str]:
    found = scope.statements(f"# Finch\n\n## License\n\n{text}\n", 0, called or ("finch",))
    return {
        part: known.text if (known := expression.resolve(one.declared or "")) is not None else "?"
        for one in found
        for part in one.covers
    }


@pytest.mark.parametrize(("text", "expected"), SAID, ids=lambda one: str(one)[:40])
def test_sentences(text: str, expected: dict[str, str]) -> None:
    assert said(text) == expected


@pytest.mark.parametrize("text", NOT_SAID)
def test_sentences_about_something_else(text: str) -> None:
    assert said(text) == {}


def test_there_are_enough_of_them() -> None:
    assert len(SAID) + len(NOT_SAID) >= 40


def test_where_it_is_said() -> None:
    text = "# Finch\n\n## License\n\nThe code is under the\n[MIT](LICENSE) license.\n"
    (one,) = scope.statements(text, 0, ("finch",))
    assert text[one.position :].startswith("[MIT]")
    assert one.link == "LICENSE"


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet=st.sampled_from("the code is under MIT license weights[]()|-:;,.*`#\n"), max_size=400))
def test_any_text_gives_statements(text: str) -> None:
    for one in scope.statements(f"## License\n{text}", 0, ("finch",)):
        assert one.covers


@pytest.mark.parametrize(
    "piece",
    [
        "under ",
        "the code is under the [",
        "| a | b |\n",
        "is " * 50,
        "(" * 50,
        "- a: b; ",
        "[](",
        "<a href='x'>",
        " ",
        "\t> ",
        "a  ",
    ],
)
def test_hostile_texts_end(piece: str) -> None:
    """How long they take: `benchmarks/hostile.py`."""
    for between in ("", "\n\n"):
        text = (
            "## License\nThe code is under the MIT license.\n\n"
            + piece * 4
            + (piece + between) * (5_000_000 // len(piece + between))
        )
        assert [one.covers for one in scope.statements(text, 0, ("finch",))] == [("code",)]


# -- one of several models ---------------------------------------------------------------------------------

EXCEPT = (
    "All models are licensed under Apache 2.0, except for the 3B and 72B, which are under the Qwen Research license."
)


@pytest.mark.parametrize(
    ("text", "name", "expected"),
    [
        (EXCEPT, "Finch-7B", ["Apache 2.0"]),
        (EXCEPT, "finch-3b-instruct", ["Qwen Research license"]),
        (EXCEPT, "finch", None),
        ("All our models, except for the 3B variant, are under the MIT license.", "finch-3b", None),
        ("All our models, except for the 3B variant, are under the MIT license.", "finch-13b", ["MIT license"]),
        ("- Finch-7B and Finch-14B are licensed under the MIT license.\n- Finch-1.8B is licensed under Apache 2.0.", "Finch-14B-Chat", ["MIT license"]),
        ("- Finch-7B and Finch-14B are licensed under the MIT license.\n- Finch-1.8B is licensed under Apache 2.0.", "Finch-1_8B", ["Apache 2.0"]),
        ("- Finch-7B and Finch-14B are licensed under the MIT license.\n- Finch-1.8B is licensed under Apache 2.0.", "finch", None),
        ("Our weights are under the MIT license.\n\nFinch-Small-8B is derived from Heron and is originally licensed under the Heron license.", "finch", ["MIT license"]),
        ("Our weights are under the MIT license.\n\nFinch-Small-8B is derived from Heron and is originally licensed under the Heron license.", "Finch-Small-8B", None),
    ],
)  # fmt: skip
def test_one_of_several_models(text: str, name: str, expected: list[str] | None) -> None:
    holding, opening = scope.for_release(scope.statements(f"## License\n{text}\n", 0, (name, "finch")), (name,))
    if expected is None:
        assert opening
    else:
        assert ([one.declared for one in holding], opening) == (expected, [])


@pytest.mark.parametrize(
    ("said_", "release", "expected"),
    [
        ("llama3_1", "Llama-3.1-8B-Instruct", True),
        ("llama3", "Llama-3.1-8B", False),
        ("llama3", "meta-llama/Meta-Llama-3-8B", True),
        ("llama2", "Llama-2-7b-hf", True),
        ("llama", "Llama-Guard-3-8B", False),
        ("FLUX1-dev", "black-forest-labs/FLUX.1-dev", True),
        ("FLUX1-schnell", "FLUX.1-dev", False),
        ("finch", "heron", False),
        ("", "heron", False),
    ],
)
def test_names(said_: str, release: str, expected: bool) -> None:
    variants = scope_rules.rules().variants
    assert names.speaks_of(names.tokens(said_), names.tokens(release), variants) is expected


# -- files -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "below", "parts", "model"),
    [
        ("LICENSE", "", (), ""),
        ("LICENSE.md", "", (), ""),
        ("COPYING", "", (), ""),
        ("LICENSE-MODEL", "", ("weights",), ""),
        ("LICENSE_MODEL", "", ("weights",), ""),
        ("LICENSE.model", "", ("weights",), ""),
        ("MODEL_LICENSE", "", ("weights",), ""),
        ("MODEL_LICENSE_AGREEMENT.txt", "", ("weights",), ""),
        ("LICENSE-WEIGHTS.md", "", ("weights",), ""),
        ("LICENSE-CODE", "", ("code",), ""),
        ("LICENSE_CODE.txt", "", ("code",), ""),
        ("LICENSE-DATA", "", ("data",), ""),
        ("LICENSE-DOCS", "", ("documentation",), ""),
        ("licenses/LICENSE-MODEL", "", ("weights",), ""),
        ("model_licenses/LICENSE-FINCH2-small", "", ("weights",), "FINCH2-small"),
        ("models/finch2/LICENSE", "models/finch2", (), ""),
        ("Open Weights License.MD", "", (), "Open-Weights"),
    ],
)
def test_what_the_path_of_a_license_says(path: str, below: str, parts: tuple[str, ...], model: str) -> None:
    found = license_files.place(path)
    assert found is not None
    assert (found.below, found.parts, found.model) == (below, parts, model)


@pytest.mark.parametrize(
    "path", ["THIRD_PARTY_LICENSES", "third_party/x/LICENSE", "vendor/LICENSE", "LICENSE-3RD-PARTY.txt"]
)
def test_licenses_of_others(path: str) -> None:
    assert license_files.place(path) is None


def made(root: Path, files: dict[str, str | bytes], name: str = "") -> Release:
    for path, content in files.items():
        target = root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content.encode() if isinstance(content, str) else content)
    return conclude(folder.read(root, "finch", (name,) if name else ()))


def licenses(release: Release) -> tuple[str, str]:
    return tuple(release.component(one).license.expression.text for one in ("model-parameters", "inference-code"))  # type: ignore[return-value]


def findings(release: Release) -> set[str]:
    return {one.id for one in release.findings}


FAMILY: dict[str, str | bytes] = {
    "README.md": "# Birds\n",
    "models/finch2/LICENSE": MIT,
    "models/finch2/model.gguf": GGUF,
    "models/finch3_1/LICENSE": ISC,
    "models/finch3_1/model.gguf": GGUF,
}


@pytest.mark.parametrize(
    ("files", "name", "expected"),
    [
        ({"LICENSE": MIT, "run.py": RUNS, "README.md": "# Finch\n"}, "", ("NOASSERTION", "MIT")),
        ({"LICENSE": MIT, "LICENSE-MODEL": ISC, "run.py": RUNS}, "", ("ISC", "MIT")),
        ({"LICENSE-CODE": MIT, "LICENSE-MODEL": ISC, "README.md": "# Finch\n"}, "", ("ISC", "MIT")),
        ({"LICENSE": MIT, "run.py": RUNS, "README.md": "# Finch\nThe weights are released under [our licence](TERMS.md).\n", "TERMS.md": ISC}, "", ("ISC", "MIT")),
        ({"LICENSE": MIT, "run.py": RUNS, "model.gguf": GGUF, "README.md": "# Finch\n## License\nThe code is under MIT, the weights are under CC-BY-NC-4.0.\n"}, "", ("CC-BY-NC-4.0", "MIT")),
        ({"LICENSE": MIT, "model.gguf": GGUF, "README.md": "# Finch\n## License\nThe weights are under a custom non-commercial license.\n"}, "", ("NOASSERTION", "NOASSERTION")),
        ({"LICENSE": MIT, "model.gguf": GGUF, "README.md": "# Finch\n## License\nCode and weights are licensed under MIT and Apache-2.0, respectively.\n"}, "", ("Apache-2.0", "NOASSERTION")),
        ({"LICENSE": MIT, "MODEL_LICENSE": ISC, "model.gguf": GGUF, "README.md": "# Finch\n## License\nThis repository is licensed under the [MIT License](LICENSE). The weights are subject to the [Model License](MODEL_LICENSE).\n", "run.py": RUNS}, "", ("ISC", "MIT")),
        ({"LICENSE": MIT, "README.md": "---\nlicense: mit\n---\n", "model.gguf": GGUF}, "", ("MIT", "NOASSERTION")),
        ({"weights/LICENSE": ISC, "weights/model.gguf": GGUF, "LICENSE": MIT, "run.py": RUNS}, "", ("ISC", "MIT")),
        ({"models/finch2/LICENSE": MIT, "models/finch2/model.gguf": GGUF, "models/heron/model.gguf": GGUF}, "", ("NOASSERTION", "NOASSERTION")),
        ({"src/LICENSE": MIT, "src/run.py": RUNS, "LICENSE": ISC, "model.gguf": GGUF}, "", ("ISC", "NOASSERTION")),
        ({"LICENSES/MIT.txt": MIT, "LICENSES/ISC.txt": ISC, "README.md": "---\nlicense: mit\n---\n", "model.gguf": GGUF}, "", ("MIT", "NOASSERTION")),
        ({"llama2/LICENSE": MIT, "llama3_1/LICENSE": ISC, "README.md": "# Llamas\n"}, "Llama-3.1-8B", ("ISC", "NOASSERTION")),
        ({"LICENSE": f"{ISC}\n\n{MIT}", "README.md": "---\nlicense: mit\n---\n", "model.gguf": GGUF}, "", ("ISC AND MIT", "NOASSERTION")),
        ({"LICENSE": f"Dual-licensed under the ISC License or the MIT License.\n\n{ISC}\n\n{MIT}", "README.md": "---\nlicense: mit\n---\n", "model.gguf": GGUF}, "", ("ISC OR MIT", "NOASSERTION")),
        ({"LICENSE": f"Dual-licensed under the ISC License or Apache-2.0.\n\n{ISC}\n\n{MIT}", "README.md": "---\nlicense: mit\n---\n", "model.gguf": GGUF}, "", ("ISC AND MIT", "NOASSERTION")),
        (FAMILY, "", ("NOASSERTION", "NOASSERTION")),
        (FAMILY, "Finch-2-7B", ("MIT", "NOASSERTION")),
        (FAMILY, "example/Finch-3.1-8B-Instruct", ("ISC", "NOASSERTION")),
        (FAMILY, "Finch-3-8B", ("NOASSERTION", "NOASSERTION")),
        ({"third_party/heron/LICENSE": "anything", "README.md": "---\nlicense: mit\n---\n", "model.gguf": GGUF}, "", ("MIT", "NOASSERTION")),
    ],
)  # fmt: skip
def test_folders(tmp_path: Path, files: dict[str, str | bytes], name: str, expected: tuple[str, str]) -> None:
    found = licenses(made(tmp_path, files, name))
    assert (found[0], found[1] if "run.py" in files or "LICENSE-CODE" in files else expected[1]) == expected


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("The weights are released under the Apache 2.0 license and the Finch Model Agreement.", "NOASSERTION"),
        ("The model is under Apache 2.0 with the Commons Clause.", "NOASSERTION"),
        ("The model is under the Llama 2 Community License and the Acceptable Use Policy.", "LicenseRef-llama-2"),
        ("The model is under Apache 2.0 and may be used commercially.", "Apache-2.0"),
    ],
)
def test_what_is_added_to_an_open_licence_leaves_it_open(tmp_path: Path, sentence: str, expected: str) -> None:
    assert (
        licenses(made(tmp_path, {"README.md": f"# Finch\n## License\n{sentence}\n", "finch.gguf": GGUF}))[0] == expected
    )


def test_several_licenses_for_several_models_are_a_finding(tmp_path: Path) -> None:
    found = made(tmp_path, FAMILY)
    assert "license-per-model" in findings(found)
    assert found.component("model-parameters").license.status == "unidentified"


CARD = "---\nlicense: mit\n---\n# Finch\n"


def test_an_unknown_text_outranks_the_tag_and_an_empty_one_says_nothing(tmp_path: Path) -> None:
    unknown = made(tmp_path / "a", {"README.md": CARD, "model.gguf": GGUF, "LICENSE": "You may look at it on Sundays."})
    assert licenses(unknown)[0] == "NOASSERTION"
    notice = made(tmp_path / "b", {"README.md": CARD, "model.gguf": GGUF, "LICENSE": "Licensed under the MIT License."})
    assert licenses(notice)[0] == "MIT"
    more = made(
        tmp_path / "c",
        {"README.md": CARD, "model.gguf": GGUF, "LICENSE": "MIT License, but you must not use it commercially."},
    )
    assert licenses(more)[0] == "NOASSERTION"
    empty = made(tmp_path / "d", {"README.md": CARD, "model.gguf": GGUF, "LICENSE": " \n"})
    assert licenses(empty)[0] == "MIT"
    assert findings(empty) == {"license-empty", "license-text-missing"}


def test_a_missing_text(tmp_path: Path) -> None:
    assert findings(made(tmp_path / "a", {"README.md": CARD, "model.gguf": GGUF})) == {"license-text-missing"}
    assert not findings(made(tmp_path / "b", {"README.md": CARD, "model.gguf": GGUF, "LICENSE": MIT}))
    assert not findings(made(tmp_path / "c", {"README.md": CARD, "model.gguf": GGUF, "docs/LICENSE": MIT}))
    assert not findings(made(tmp_path / "d", {"README.md": CARD})), "a card alone is no listing"
    free = CARD.replace("mit", "cc0-1.0")
    assert not findings(made(tmp_path / "e", {"README.md": free, "model.gguf": GGUF})), "CC0 asks for nothing"
    code = made(tmp_path / "f", {"run.py": RUNS, "pyproject.toml": '[project]\nname = "x"\nlicense = "MIT"\n'})
    assert [(one.id, one.severity) for one in code.findings] == [("license-text-missing", "note")]


@pytest.mark.parametrize(
    "name", ["USE_POLICY.md", "USAGE_POLICY", "ACCEPTABLE_USE_POLICY.md", "Prohibited_Uses.txt", "FINCH_USE_POLICY.md", "AUP.md", "Acceptable Use Policy.txt", "use-restrictions.md"]
)  # fmt: skip
def test_use_policies(tmp_path: Path, name: str) -> None:
    assert "use-policy" in findings(made(tmp_path, {"README.md": CARD, name: "Be nice."}))


# -- links -----------------------------------------------------------------------------------------------


def linking(link: str) -> str:
    return f"---\nlicense: other\nlicense_name: finch\nlicense_link: {link}\n---\n# Finch\n"


@pytest.mark.parametrize(
    "link", ["TERMS.md", "./TERMS.md", "TERMS.md#top", "https://huggingface.co/example/finch/blob/main/TERMS.md"]
)
def test_a_link_to_a_file_of_the_folder_is_followed(tmp_path: Path, link: str) -> None:
    found = made(tmp_path, {"README.md": linking(link), "TERMS.md": MIT, "model.gguf": GGUF}, "example/finch")
    assert licenses(found)[0] == "MIT" or "license-unidentified" in findings(found)
    assert [claim.by for claim in found.component("model-parameters").claims] == ["text", "tag"]
    assert found.not_read == ()


@pytest.mark.parametrize(
    "link", ["https://example.org/TERMS.md", "https://huggingface.co/other/heron/blob/main/TERMS.md"]
)
def test_a_link_to_the_web_is_named_as_not_read(tmp_path: Path, link: str) -> None:
    found = made(tmp_path, {"README.md": linking(link), "TERMS.md": MIT, "model.gguf": GGUF}, "example/finch")
    assert [one.path for one in found.not_read] == [link]
    assert [claim.by for claim in found.component("model-parameters").claims] == ["tag"]


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.sampled_from(["..", ".", "sub", "", "link", "outside", "%2e%2e", "\\.."]), max_size=6),
    st.sampled_from(["secret.txt", "linked.txt", "LICENSE"]),
    st.booleans(),
)
def test_no_link_leads_out_of_the_folder(
    tmp_path_factory: pytest.TempPathFactory, parts: list[str], last: str, absolute: bool
) -> None:
    root = tmp_path_factory.mktemp("links")
    inside = root / "inside"
    (inside / "sub").mkdir(parents=True)
    for name in ("secret.txt", "LICENSE"):
        (root / name).write_text("top secret")
    (inside / "linked.txt").symlink_to(root / "secret.txt")
    (inside / "link").symlink_to(root)
    link = f"{root}/{last}" if absolute else "/".join([*parts, last])
    (inside / "README.md").write_text(linking(f'"{link}"') + f"\n## License\n\nThe weights are under [MIT]({link}).\n")
    found = folder.read(inside, "inside")
    assert not any("secret" in (claim.text or "") for one in found.components.values() for claim in one.claims)
    assert not found.texts
    assert found.read == ("inside/README.md",)


# -- the repositories of the makers ------------------------------------------------------------------------

RELEASES = {
    "01-ai--Yi": ("Apache-2.0", "Apache-2.0", "README.md:1367"),
    "EleutherAI--pythia": ("Apache-2.0", "Apache-2.0", "README.md:418"),
    "MoonshotAI--Kimi-K2": ("LicenseRef-kimi-k2-modified-mit", "LicenseRef-kimi-k2-modified-mit", "README.md:777"),
    "Open-Weights--Definition": ("", "CC0-1.0", "LICENSE:1"),
    "OpenMDW--OpenMDW": ("", "", "README.md:18"),
    "PaddlePaddle--ERNIE-2023": ("", "", "no licence file"),
    "QwenLM--Qwen": ("", "Apache-2.0", "README.md:1392"),
    "QwenLM--Qwen2.5": ("", "", "README.md:282"),
    "QwenLM--Qwen3": ("Apache-2.0", "", "README.md:397"),
    "Stability-AI--generative-models": ("", "MIT", "LICENSE-CODE:1"),
    "allenai--OLMo": ("Apache-2.0", "Apache-2.0", "LICENSE:1"),
    "baidu--ERNIE-4.5-0.3B-Base-mirror": ("Apache-2.0", "Apache-2.0", "README.md:124"),
    "bigscience-workshop--bloom-model_card": ("LicenseRef-bigscience-bloom-rail-1.0", "", "README.md:2"),
    "black-forest-labs--flux": ("", "Apache-2.0", "README.md:39"),
    "databricks--dbrx": ("LicenseRef-databricks-open-model", "LicenseRef-databricks-open-model", "README.md:110"),
    "deepseek-ai--DeepSeek-R1": ("MIT", "MIT", "README.md:257"),
    "deepseek-ai--DeepSeek-V3": ("LicenseRef-deepseek-1.0", "MIT", "README.md:345"),
    "google--gemma_pytorch": ("LicenseRef-gemma", "Apache-2.0", "LICENSE:1"),
    "google-deepmind--gemma": ("LicenseRef-gemma", "Apache-2.0", "LICENSE:2"),
    "meta-llama--llama-1": ("LicenseRef-llama-1", "GPL-3.0-only", "MODEL_CARD.md:22"),
    "meta-llama--llama-2": ("LicenseRef-llama-2", "LicenseRef-llama-2", "LICENSE:1"),
    "meta-llama--llama-models": ("", "", "README.md:27"),
    "meta-llama--llama-models--llama2": ("LicenseRef-llama-2", "LicenseRef-llama-2", "LICENSE:1"),
    "meta-llama--llama-models--llama3": ("LicenseRef-llama-3", "LicenseRef-llama-3", "LICENSE:1"),
    "meta-llama--llama-models--llama3_1": ("LicenseRef-llama-3.1", "LicenseRef-llama-3.1", "LICENSE:1"),
    "meta-llama--llama-models--llama3_2": ("LicenseRef-llama-3.2", "LicenseRef-llama-3.2", "LICENSE:1"),
    "meta-llama--llama-models--llama3_3": ("LicenseRef-llama-3.3", "LicenseRef-llama-3.3", "LICENSE:1"),
    "meta-llama--llama-models--llama4": ("LicenseRef-llama-4", "LicenseRef-llama-4", "LICENSE:1"),
    "meta-llama--llama3": ("LicenseRef-llama-3", "LicenseRef-llama-3", "README.md:158"),
    "mistralai--mistral-inference": ("", "Apache-2.0", "README.md:414"),
    "openai--gpt-oss": ("Apache-2.0", "Apache-2.0", "README.md:40"),
    "openai--whisper": ("MIT", "MIT", "README.md:160"),
    "xai-org--grok-1": ("Apache-2.0", "Apache-2.0", "README.md:54"),
}
"""Repository → licence of the weights, of the code, and the line that they rest on; empty: it must stay open."""

MODELS = [
    ("QwenLM--Qwen2.5", "Qwen2.5-7B", "Apache-2.0", "README.md:282"),
    ("QwenLM--Qwen2.5", "Qwen2.5-3B", "LicenseRef-qwen-research", "README.md:282"),
    ("QwenLM--Qwen2.5", "Qwen2.5-72B-Instruct", "LicenseRef-qwen", "README.md:282"),
    ("QwenLM--Qwen", "Qwen-14B-Chat", "LicenseRef-tongyi-qianwen", "README.md:1396"),
    ("QwenLM--Qwen", "Qwen-1_8B", "LicenseRef-tongyi-qianwen-research", "README.md:1398"),
    ("deepseek-ai--DeepSeek-R1", "DeepSeek-R1", "MIT", "README.md:257"),
    ("deepseek-ai--DeepSeek-R1", "DeepSeek-R1-Distill-Llama-8B", "LicenseRef-llama-3.1", "README.md:260"),
    ("black-forest-labs--flux", "FLUX.1-schnell", "Apache-2.0", "README.md:39"),
    ("black-forest-labs--flux", "FLUX.1-dev", "LicenseRef-flux-1-dev-nc", "README.md:40"),
    ("meta-llama--llama-models", "Llama-3.1-8B", "LicenseRef-llama-3.1", "README.md:29"),
]

SURE = {
    "MoonshotAI--Kimi-K2", "deepseek-ai--DeepSeek-R1", "deepseek-ai--DeepSeek-V3", "openai--whisper", "01-ai--Yi",
    "xai-org--grok-1", "QwenLM--Qwen3", "baidu--ERNIE-4.5-0.3B-Base-mirror", "databricks--dbrx",
}  # fmt: skip
"""Repositories that say plainly what their weights are under: there it must be found."""

CODE = ("inference-code", "training-code", "model-architecture")


@pytest.mark.slow
def test_repositories_of_the_makers(corpus: Path) -> None:
    root = corpus / "release"
    assert {path.name for path in root.iterdir()} == set(RELEASES)
    for name, (weights, code, line) in RELEASES.items():
        release = assess(str(root / name), also=[]).release
        found = release.component("model-parameters").license
        codes = [release.component(one).license for one in CODE]
        shown = ", ".join(dict.fromkeys(f"{one.expression.text} ({one.status})" for one in codes))
        print(f"\n{name:40} weights {found.expression.text} ({found.status}); code {shown}; {line}", end="")
        assert found.status != "concluded" or found.expression.text == weights, name
        assert name not in SURE or found.status == "concluded", name
        assert all(one.status != "concluded" or one.expression.text == code for one in codes), name
    bloom = assess(str(root / "bigscience-workshop--bloom-model_card"), also=[]).release
    assert bloom.component("model-parameters").license.status == "conflict"
    for name, model, weights, line in MODELS:
        found = assess(str(root / name), name=model, also=[]).release.component("model-parameters").license
        print(f"\n{name:40} {model}: {found.expression.text} ({found.status}); {line}", end="")
        assert found.status != "concluded" or found.expression.text == weights, model
