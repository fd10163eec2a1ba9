"""A live look: the segmenter works beside it, and the look never waits."""

import asyncio
from itertools import count

from dwell.looking import Action, Answered, Ask, Looker, Pressed, Turned, Zoomed
from dwell.looking.answering import answer_to
from dwell.looking.looping import LookLoop
from looking.eyes import START, rest
from looking.viewer import LEFT, PX_PER_DEG, Squares, area, is_mask


class Slow:
    """A segmenter that answers when it is let."""

    def __init__(self):
        self.begun = []
        self.may_answer = asyncio.Event()

    async def __call__(self, ask):
        self.begun.append(ask.number)
        await self.may_answer.wait()
        return answer_to(ask, Squares())


def looping(answer, failures=None):
    steps = []
    clock = count(START, 1_000_000)
    loop = LookLoop(
        Looker(),
        answer,
        on_step=lambda event, requests: steps.append((event, list(requests))),
        on_failure=(failures if failures is not None else []).append,
        now_ns=lambda: next(clock),
    )
    for event in (Zoomed(START, PX_PER_DEG), Turned(START, 0), Pressed(START, Action.START)):
        loop.feed(event)
    return loop, steps


async def settled():
    for _ in range(20):
        await asyncio.sleep(0)


def test_samples_pass_while_the_segmenter_works_and_only_the_newest_question_waits():
    async def run():
        slow = Slow()
        loop, steps = looping(slow)
        for i in range(30):
            for sample in rest(60 + 2 * i, 140, 150 * i, 150 * i + 140):
                loop.feed(sample)
            await settled()
        asked = [each for _, requests in steps for each in requests if isinstance(each, Ask)]
        assert len(asked) > 5
        assert slow.begun == [1]  # 4.5 s of gaze went by, and one question is at work
        slow.may_answer.set()
        await settled()
        assert slow.begun == [1, asked[-1].number]
        assert loop.n_dropped == len(asked) - 2
        assert is_mask(loop.looker.state.mask, area(LEFT))
        await loop.close()

    asyncio.run(run())


def test_a_segmenter_that_fails_is_reported_and_asked_again_later():
    async def run():
        failures = []

        async def broken(ask):
            if ask.number == 1:
                raise RuntimeError("out of memory")
            return answer_to(ask, Squares())

        loop, _ = looping(broken, failures)
        for sample in rest(80, 140, 0, 300):
            loop.feed(sample)
        await settled()
        assert [str(each) for each in failures] == ["out of memory"]
        assert loop.looker.state.mask is None
        for sample in rest(80, 160, 330, 600):
            loop.feed(sample)
        await settled()
        assert is_mask(loop.looker.state.mask, area(LEFT))
        await loop.close()

    asyncio.run(run())


def test_latency_counts_from_the_sample_that_caused_the_question():
    async def run():
        async def at_once(ask):
            return answer_to(ask, Squares())

        loop, steps = looping(at_once)
        for sample in rest(80, 140, 0, 300):
            loop.feed(sample)
        await settled()
        caused = next(event for event, requests in steps if any(isinstance(r, Ask) for r in requests))
        answered = next(event for event, _ in steps if isinstance(event, Answered))
        assert list(loop.latencies_ms) == [(answered.t_ns - caused.t_ns) / 1e6]
        await loop.close()

    asyncio.run(run())


def test_closing_waits_for_the_work_at_hand_and_drops_the_rest():
    async def run():
        slow = Slow()
        loop, _ = looping(slow)
        for i in range(3):
            for sample in rest(60 + 10 * i, 140, 150 * i, 150 * i + 140):
                loop.feed(sample)
            await settled()
        slow.may_answer.set()
        await loop.close()
        assert slow.begun == [1]

    asyncio.run(run())
