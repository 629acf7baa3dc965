"""What of dramatiq's tests cannot apply to StreamsBroker, each with its reason."""

_KEYS = "reads RedisBroker's own keys or calls its scripts"

NOT_APPLICABLE_FILES = {
    "test_rabbitmq.py": "needs RabbitMQ; the connections and queue declarations of RabbitmqBroker",
}

NOT_APPLICABLE = {
    "test_redis.py::test_redis_unacked_messages_can_be_requeued": _KEYS,
    "test_redis.py::test_redis_messages_can_be_dead_lettered": f"{_KEYS}; ours: test_dead_letters.py",
    "test_redis.py::test_redis_dead_lettered_messages_are_cleaned_up": f"{_KEYS}; ours: test_dead_letters.py",
    "test_redis.py::test_redis_messages_belonging_to_missing_actors_are_rejected": (
        f"{_KEYS}; ours: test_dead_letters.py"
    ),
    "test_redis.py::test_redis_requeues_unhandled_messages_on_shutdown": f"{_KEYS}; ours: test_shutdown.py",
    "test_redis.py::test_redis_requeues_unhandled_delay_messages_on_shutdown": (
        "looks into the .DQ queue; with us delayed messages never leave the server"
    ),
    "test_redis.py::test_redis_broker_can_connect_via_client": (
        "asserts that the client itself is used; ours only takes its settings; ours: test_sentinel.py, test_cluster.py"
    ),
    "test_redis.py::test_redis_consumer_ack_can_retry_on_connection_error": f"{_KEYS}; ours: test_handover.py",
    "test_redis.py::test_redis_consumer_nack_can_retry_on_connection_error": f"{_KEYS}; ours: test_handover.py",
    "test_redis.py::test_redis_consumer_nack_does_not_raise_on_missing_id": (
        "gives nack a Message that no consumer delivered; ours refuses what it did not deliver"
    ),
    "test_redis.py::test_redis_join_race_condition": f"{_KEYS}, and counts delayed messages twice as .DQ does",
    "test_actors.py::test_messages_belonging_to_missing_actors_are_rejected": (
        "compares a list of StubBroker's with the message as it was before enqueue gave it an id; "
        "ours: test_dead_letters.py"
    ),
    "test_stub_broker.py::test_stub_broker_raises_queue_error_when_enqueueing_messages_on_undeclared_queues": (
        "StubBroker's rule; as with RedisBroker, who only sends need not declare"
    ),
    "test_stub_broker.py::test_stub_broker_can_be_flushed": (
        "writes into StubBroker's lists; ours: test_administration.py"
    ),
    "test_broker.py::test_broker_uses_rabbitmq_if_not_set": "about dramatiq's default broker",
    "test_broker.py::test_can_instantiate_brokers_without_middleware": "makes a RabbitmqBroker",
}
