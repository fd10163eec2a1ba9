"""The feed numbers changes, hands them out, and says when a page has to fetch everything anew."""

import asyncio

from app.looping import run
from dwell.app.feed import KEPT, WAITING, Feed
from dwell.app.messages import ChangeSet


def change(origin="page"):
    return ChangeSet(rev=0, origin=origin)


def test_numbers_follow_one_another():
    feed = Feed()
    first = feed.rev
    assert [feed.publish(change()).rev for _ in range(3)] == [first + 1, first + 2, first + 3]
    assert [each.rev for each in feed.since(first + 1)] == [first + 2, first + 3]
    assert feed.since(first + 3) == []


def test_a_page_from_before_a_restart_must_fetch_everything():
    before, after = Feed(), Feed()
    after.rev = before.rev + 1000
    after.publish(change())
    assert after.since(before.rev) is None


def test_what_is_too_old_is_forgotten():
    feed = Feed()
    start = feed.rev
    for _ in range(KEPT + 1):
        feed.publish(change())
    assert feed.since(start) is None
    assert len(feed.since(start + 1)) == KEPT


def test_a_listener_hears_what_it_missed_then_what_comes():
    async def work():
        feed = Feed()
        rev = feed.rev
        feed.publish(change("missed"))
        heard = []
        listening = feed.listen(rev, quiet_s=5)
        heard.append((await anext(listening)).origin)
        feed.publish(change("fresh"))
        heard.append((await anext(listening)).origin)
        await listening.aclose()
        return heard

    assert run(work()) == ["missed", "fresh"]


def test_a_quiet_feed_says_so_and_a_closed_one_ends():
    async def work():
        feed = Feed()
        listening = feed.listen(feed.rev, quiet_s=0.01)
        assert await anext(listening) == "quiet"
        feed.close()
        return [each async for each in listening]

    assert run(work()) == []


def test_a_listener_that_does_not_keep_up_is_told_to_fetch_everything():
    async def work():
        feed = Feed()
        listening = feed.listen(feed.rev, quiet_s=5)
        waiting = asyncio.ensure_future(anext(listening))
        await asyncio.sleep(0)
        for _ in range(WAITING + 2):
            feed.publish(change())
        heard = [await waiting, await anext(listening)]
        await listening.aclose()
        return heard

    assert "snapshot" in run(work())
