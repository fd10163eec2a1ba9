"""Prompts and answers of Grounding DINO, worked out by hand."""

import numpy as np
import pytest

from dwell.errors import PromptError

pytest.importorskip("torch")
from dwell.segmenters.detectors.grounding import Prompt, read_answer, write_prompts  # noqa: E402

CLS, STOP, SEP = ENDS = (101, 1012, 102)


def prompts(tokens, limit=20):
    return list(write_prompts(tokens, limit, ENDS))


def test_phrases_stand_in_one_prompt_each_with_a_full_stop():
    (prompt,) = prompts([[7, 8], [9]])
    assert prompt.token_ids == (CLS, 7, 8, STOP, 9, STOP, SEP)
    assert prompt.spans == ((0, 1, 3), (1, 4, 5))


def test_what_does_not_fit_stands_in_another_prompt():
    # Ten tokens hold [CLS], [SEP] and eight more: 2 + 1 and 4 + 1 words and stops.
    several = prompts([[7, 7], [8, 8, 8, 8], [9], [6, 6, 6, 6, 6, 6, 6]], limit=10)
    assert [prompt.token_ids for prompt in several] == [
        (CLS, 7, 7, STOP, 8, 8, 8, 8, STOP, SEP),
        (CLS, 9, STOP, SEP),
        (CLS, 6, 6, 6, 6, 6, 6, 6, STOP, SEP),
    ]
    assert [prompt.spans for prompt in several] == [((0, 1, 3), (1, 4, 8)), ((2, 1, 2),), ((3, 1, 8),)]


def test_no_phrase_is_lost_and_none_cut_whatever_their_lengths():
    random = np.random.default_rng(3)
    tokens = [[number] * int(random.integers(1, 15)) for number in range(200, 300)]
    several = prompts(tokens, limit=18)
    assert all(len(prompt.token_ids) <= 18 for prompt in several)
    spans = [(prompt, span) for prompt in several for span in prompt.spans]
    assert [list(prompt.token_ids[start:stop]) for prompt, (_, start, stop) in spans] == tokens
    assert [number for _, (number, _, _) in spans] == list(range(100))
    assert all(prompt.token_ids[stop] == STOP for prompt, (_, _, stop) in spans)


@pytest.mark.parametrize(("words", "n"), [([7] * 18, 18), ([], 0)])
def test_a_phrase_without_an_end_or_without_words_is_refused(words, n):
    with pytest.raises(PromptError, match=f"Phrase 2 has {n} words or parts of words; .* takes from 1 to 17"):
        prompts([[7], words])


def test_scores_are_of_the_best_token_and_phrases_of_the_best_mean():
    prompt = Prompt((CLS, 7, 8, STOP, 9, STOP, SEP), ((4, 1, 3), (2, 4, 5)))
    #        [CLS]   7    8    .    9    .  [SEP] padding
    said = [
        [0.01, 0.80, 0.40, 0.02, 0.50, 0.03, 0.01, 0.0],  # the first: mean 0.6 and best 0.8
        [0.01, 0.80, 0.10, 0.02, 0.50, 0.03, 0.01, 0.0],  # the second: 0.5 beats a mean of 0.45
        [0.01, 0.10, 0.30, 0.90, 0.05, 0.03, 0.01, 0.0],  # a full stop says that there is something
    ]
    corners = np.arange(12.0).reshape(3, 4)
    found = read_answer(np.array(said), corners, prompt)
    np.testing.assert_array_equal(found.xyxy, corners)
    np.testing.assert_array_equal(found.scores, [0.8, 0.8, 0.9])
    np.testing.assert_array_equal(found.text_scores, [0.8, 0.5, 0.3])
    np.testing.assert_array_equal(found.phrase_idx, [4, 2, 4])
