"""Text → phrases."""

import pytest

from dwell.errors import PromptError
from dwell.segmenters.detectors.phrases import split_phrases


@pytest.mark.parametrize(
    ("text", "phrases"),
    [
        ("bottle . flag", ("bottle", "flag")),
        ("bottle. flag.", ("bottle", "flag")),
        ("bottle, red flag; hand\nMona Lisa", ("bottle", "red flag", "hand", "Mona Lisa")),
        ("  red \t flag  ", ("red flag",)),
        ("Bottle . bottle . BOTTLE", ("Bottle",)),
        ("2.5 l bottle . www.name.org", ("2.5 l bottle", "www.name.org")),
        (". . bottle . , - .", ("bottle",)),
        ("Straße . STRASSE . 椅子", ("Straße", "椅子")),
    ],
)
def test_phrases_are_parted_and_kept_as_they_were_typed(text, phrases):
    assert split_phrases(text) == phrases


@pytest.mark.parametrize("text", ["", "  ", " . , .\n", "–"])
def test_no_words_are_refused(text):
    with pytest.raises(PromptError, match="Expected words for what to look for, such as 'bottle"):
        split_phrases(text)
