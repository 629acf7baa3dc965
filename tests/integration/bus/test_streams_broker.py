"""Our broker shows what every broker must."""

import pytest

from tests.suites.broker_suite import BrokerSuite


class TestStreamsBroker(BrokerSuite):
    """On a real server."""


class TestStreamsBrokerInOneSlot(BrokerSuite):
    """With all queues under one hash tag."""

    @pytest.fixture
    def broker(self, make_broker):
        return make_broker(slot="namespace", namespace="dma")
