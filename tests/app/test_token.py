"""A port keeps its token for a while, in a file that only its owner can read."""

import os
import stat
import sys
import time

import pytest

from dwell.app.token import KEPT_S, kept_token

ONLY_POSIX = pytest.mark.skipif(sys.platform == "win32", reason="permissions as on POSIX systems")


def test_a_restart_has_the_same_token_and_another_port_another(tmp_path):
    first = kept_token(8642, tmp_path)
    assert len(first) >= 32
    assert kept_token(8642, tmp_path) == first
    assert kept_token(8643, tmp_path) != first


@ONLY_POSIX
def test_nobody_else_can_read_it(tmp_path):
    kept_token(8642, tmp_path)
    assert stat.S_IMODE((tmp_path / "token-8642").stat().st_mode) == 0o600


@ONLY_POSIX
def test_one_that_others_could_read_is_not_used_again(tmp_path):
    first = kept_token(8642, tmp_path)
    (tmp_path / "token-8642").chmod(0o644)
    second = kept_token(8642, tmp_path)
    assert second != first
    assert kept_token(8642, tmp_path) == second


def test_an_old_one_is_replaced(tmp_path):
    first = kept_token(8642, tmp_path)
    long_ago = time.time() - KEPT_S - 60
    os.utime(tmp_path / "token-8642", (long_ago, long_ago))
    assert kept_token(8642, tmp_path) != first


@pytest.mark.parametrize("content", ["", "short", "a\u00e9" * 40])
def test_a_broken_one_is_replaced(tmp_path, content):
    (tmp_path / "token-8642").write_text(content, encoding="utf-8")
    (tmp_path / "token-8642").chmod(0o600)
    token = kept_token(8642, tmp_path)
    assert len(token) >= 32
    assert kept_token(8642, tmp_path) == token


def test_where_nothing_can_be_kept_it_is_new_each_time(tmp_path):
    (tmp_path / "file").write_text("in the way")
    assert kept_token(8642, tmp_path / "file") != kept_token(8642, tmp_path / "file")
