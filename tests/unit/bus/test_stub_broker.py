"""dramatiq's stub shows what every broker must: the suite asks for dramatiq's contract and not for our habits."""

import pytest
from dramatiq.brokers.stub import StubBroker

from tests.suites.broker_suite import BrokerSuite


class TestStubBroker(BrokerSuite):
    fails_fast = True

    @pytest.fixture
    def broker(self):
        broker = StubBroker()
        yield broker
        broker.flush_all()
        broker.close()
