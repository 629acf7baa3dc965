import asyncio
import threading

import pytest

from dma_shared_resilience import Bulkhead, BulkheadFull


def test_call_beyond_the_limit_is_refused_at_once():
    bulkhead = Bulkhead(1, name="model")

    with bulkhead, pytest.raises(BulkheadFull) as refusal, bulkhead:
        pass

    assert ("model", 1, 0) == (refusal.value.name, refusal.value.max_concurrent, refusal.value.waited_seconds)


def test_slot_is_given_back_also_after_an_error():
    bulkhead = Bulkhead(1)

    @bulkhead
    def fail():
        raise KeyError("inside")

    for _ in range(3):
        with pytest.raises(KeyError, match="inside"):
            fail()
    assert 0 == bulkhead.running


def test_waiting_thread_gets_the_slot_when_it_comes_free():
    bulkhead = Bulkhead(1, max_wait_seconds=10)
    order = []

    def second():
        with bulkhead:
            order.append("second")

    with bulkhead:
        thread = threading.Thread(target=second)
        thread.start()
        while bulkhead.waiting == 0:
            threading.Event().wait(0.001)
        order.append("first")
    thread.join()

    assert (["first", "second"], 0) == (order, bulkhead.running)


def test_call_leaves_the_queue_when_its_wait_is_over():
    bulkhead = Bulkhead(1, max_wait_seconds=0.01)

    with bulkhead, pytest.raises(BulkheadFull), bulkhead:
        pass

    assert (0, 0) == (bulkhead.running, bulkhead.waiting)


def test_no_more_than_the_limit_run_at_once_and_all_run_in_the_end():
    bulkhead = Bulkhead(3, max_wait_seconds=10)
    most = 0

    @bulkhead
    async def call():
        nonlocal most
        most = max(most, bulkhead.running)
        await asyncio.sleep(0)
        return 1

    async def many():
        return sum(await asyncio.gather(*(call() for _ in range(50))))

    assert (50, 3, 0) == (asyncio.run(many()), most, bulkhead.running)


def test_async_call_beyond_the_limit_is_refused_at_once():
    bulkhead = Bulkhead(1)

    async def both():
        async with bulkhead:
            with pytest.raises(BulkheadFull):
                async with bulkhead:
                    pass

    asyncio.run(both())
    assert (0, 0) == (bulkhead.running, bulkhead.waiting)


def test_cancelled_waiter_leaves_the_queue():
    bulkhead = Bulkhead(1, max_wait_seconds=10)

    async def wait_for_slot():
        async with bulkhead:
            pass

    async def cancel_one():
        async with bulkhead:
            waiter = asyncio.create_task(wait_for_slot())
            await asyncio.sleep(0)
            assert 1 == bulkhead.waiting
            waiter.cancel()
            with pytest.raises(asyncio.CancelledError):
                await waiter
            assert 0 == bulkhead.waiting

    asyncio.run(cancel_one())
    assert 0 == bulkhead.running


def test_waiter_cancelled_in_the_moment_of_its_grant_passes_the_slot_on():
    bulkhead = Bulkhead(1, max_wait_seconds=10)

    async def wait_for_slot():
        async with bulkhead:
            pass

    async def grant_and_cancel():
        async with bulkhead:
            waiter = asyncio.create_task(wait_for_slot())
            await asyncio.sleep(0)
        waiter.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiter

    asyncio.run(grant_and_cancel())
    assert (0, 0) == (bulkhead.running, bulkhead.waiting)


def test_threads_and_event_loops_share_the_slots():
    bulkhead = Bulkhead(1)

    async def call():
        async with bulkhead:
            pass

    with bulkhead, pytest.raises(BulkheadFull):
        asyncio.run(call())


def test_sync_functions_keep_their_name_and_result():
    @Bulkhead(1)
    def double(number):
        """Twice."""
        return number * 2

    assert (8, "double", "Twice.") == (double(4), double.__name__, double.__doc__)


@pytest.mark.parametrize("options", [{"max_concurrent": 0}, {"max_concurrent": 1, "max_wait_seconds": -1}])
def test_senseless_limits_are_refused(options):
    with pytest.raises(ValueError, match="must be at least"):
        Bulkhead(**options)


def test_listeners_hear_of_every_refusal(caplog):
    heard = []

    def broken(_bulkhead):
        raise RuntimeError("listener")

    bulkhead = Bulkhead(1, name="model", listeners=[broken, lambda one: heard.append(one.name)])
    with bulkhead, pytest.raises(BulkheadFull), bulkhead:
        pass

    assert ["model"] == heard
    assert ["a listener of bulkhead model failed"] == [record.getMessage() for record in caplog.records]
