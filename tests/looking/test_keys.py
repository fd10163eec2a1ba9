"""Keys of a look."""

import pytest

from dwell.looking import ACTIONS, DEFAULT_KEYS, Action, check_keys


def test_every_action_has_a_key_and_a_text():
    assert set(ACTIONS) == set(DEFAULT_KEYS) == set(Action)
    assert check_keys({}) == DEFAULT_KEYS


def test_the_published_keys_are_kept():
    published = (Action.START, Action.STOP, Action.CLEAR, Action.SAVE, Action.RUN)
    assert [DEFAULT_KEYS[each] for each in published] == ["z", "x", "a", "c", "q"]


def test_any_key_may_be_given_to_any_action_once():
    assert check_keys({Action.SAVE: "Enter"})[Action.SAVE] == "Enter"
    with pytest.raises(
        ValueError, match="The key 'Z' would both start and save; give one of them another key"
    ):
        check_keys({Action.SAVE: "Z"})
