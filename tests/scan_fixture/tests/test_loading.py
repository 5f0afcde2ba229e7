"""Small models only."""

import pytest
from transformers import AutoModel

TINY = "hf-internal-testing/tiny-random-gpt2"


@pytest.mark.parametrize("value", ["a/b", "foo/bar", "owner/repo"])
def test_split(value):
    assert len(value.split("/")) == 2


def test_tiny():
    assert AutoModel.from_pretrained(TINY)


def test_placeholder():
    with pytest.raises(OSError):
        AutoModel.from_pretrained("<owner>/<repo>")
    with pytest.raises(OSError):
        AutoModel.from_pretrained("path/to/model")
    with pytest.raises(OSError):
        AutoModel.from_pretrained("username/repo_name")
