"""Running what needs an event loop, in tests that do not."""

import asyncio
import time


def run(work):
    """The result of a coroutine, in a loop of its own; it may not take for ever."""

    async def limited():
        return await asyncio.wait_for(work, 180)

    return asyncio.run(limited())


async def until(condition, timeout_s=60.0):
    """Wait for something to become true; what it then is."""
    deadline = time.monotonic() + timeout_s
    while not (found := condition()):
        assert time.monotonic() < deadline, f"waited {timeout_s} s for {condition.__doc__ or condition}"
        await asyncio.sleep(0.01)
    return found
