"""Sentences that name a licence, and sentences that only seem to; all of them are our own."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from openness.licensing import reading, references

NAMED = [
    ("Released under the Apache License 2.0.", ["Apache-2.0"]),
    ("Our tool is licensed under the terms and conditions of the MIT License.", ["MIT"]),
    ("You may use it under either the Apache License, Version 2.0, or the MIT license.", ["Apache-2.0", "MIT"]),
    ("Distributed under version 3 of the GNU General Public License.", ["GPL-3.0-only"]),
    ("It is licensed under GPLv3.", ["GPL-3.0-only"]),
    ("It is licensed under the GPL, version 2 or later.", ["GPL-2.0-or-later"]),
    (
        "# You can redistribute it under the\n# GNU Lesser General Public License; either version\n"
        "# 2.1, or (at your option) any later version.",
        ["LGPL-2.1-or-later"],
    ),
    ("The weights are available under the Llama 3.1 Community License.", ["LicenseRef-llama-3.1"]),
    ("Everything here is provided under CC BY-NC 4.0.", ["CC-BY-NC-4.0"]),
    ("These files are covered by the 3-clause BSD license.", ["BSD-3-Clause"]),
    ("// SPDX-License-Identifier: ISC", ["ISC"]),
    ("License: Apache-2.0", ["Apache-2.0"]),
    ("license = MIT OR Apache-2.0", ["MIT OR Apache-2.0"]),
    ("For the terms see https://opensource.org/licenses/MIT.", ["MIT"]),
    ("MIT", ["MIT"]),
]

NOT_NAMED = [
    "It is not licensed under the MIT License.",
    "This version is no longer released under the Apache License 2.0.",
    "Licensed under the GPL.",
    "Use of this program is governed by a BSD-style licence.",
    "See the License for the specific language that governs permissions.",
    "It was distributed under ruby skies.",
    "License: see the file beside this one",
    "All rights reserved.",
]


@pytest.mark.parametrize(("text", "wanted"), NAMED)
def test_a_license_that_is_named_is_found(text: str, wanted: list[str]) -> None:
    assert [one.expression for one in references.find(text)] == wanted


@pytest.mark.parametrize("text", NOT_NAMED)
def test_what_names_no_license_is_none(text: str) -> None:
    assert references.find(text) == ()


@pytest.mark.parametrize(("text", "wanted"), NAMED)
def test_a_quote_stands_on_its_lines(text: str, wanted: list[str]) -> None:
    padded = f"first line\n\n{text}\n"
    for found in references.find(padded) if " " in text else ():
        lines = padded.split("\n")[found.lines[0] - 1 : found.lines[1]]
        assert found.quote in " ".join(" ".join(lines).split())
        assert wanted


def test_a_notice_is_a_reference_and_no_text() -> None:
    (found,) = reading.read("Copyright 2020 Somebody\n\nLicensed under the Apache License, Version 2.0.\n")
    assert (found.expression, found.status) == ("NOASSERTION", "unknown")
    assert [(one.expression, one.lines) for one in found.references] == [("Apache-2.0", (3, 3))]


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet="under the licensed GPL version 2 or later\n:/.*", max_size=400))
def test_any_text_ends(text: str) -> None:
    for one in references.find(text):
        assert one.lines[0] <= one.lines[1]


@pytest.mark.parametrize(
    ("text", "more"),
    [
        ("Licensed under the Apache License, Version 2.0.", False),
        (
            "Licensed under the Apache License, Version 2.0; you may not use this file except in compliance with the "
            "License. Unless required by applicable law or agreed to in writing it comes without warranties or "
            "conditions of any kind.",
            False,
        ),
        ("Licensed under the MIT License. You must not use it in a prison.", True),
        ("Licensed under the MIT License, for research only.", True),
    ],
)
def test_what_notices_say_by_custom_is_no_condition(text: str, more: bool) -> None:
    assert references.says_more(text) is more
