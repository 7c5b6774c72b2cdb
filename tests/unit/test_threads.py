import signal
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from reconciler.threads import results


def test_results_come_in_order() -> None:
    with ThreadPoolExecutor(2) as pool:
        assert results(pool.submit(abs, number) for number in (-1, -2, -3)) == [1, 2, 3]


def test_a_failure_is_raised() -> None:
    with ThreadPoolExecutor(1) as pool, pytest.raises(ZeroDivisionError):
        results([pool.submit(divmod, 1, 0)])


def test_a_signal_to_another_thread_is_handled_while_that_one_works() -> None:
    handled = threading.Event()
    before = signal.signal(signal.SIGUSR1, lambda *_: handled.set())

    def work() -> bool:
        signal.pthread_kill(threading.get_ident(), signal.SIGUSR1)
        return handled.wait(5)

    try:
        with ThreadPoolExecutor(1) as pool:
            assert results([pool.submit(work)]) == [True]
    finally:
        signal.signal(signal.SIGUSR1, before)
