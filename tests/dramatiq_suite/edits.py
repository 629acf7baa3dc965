"""What is changed in dramatiq's tests before they run: which broker they make, and where they leave files.

File -> (old text, new text); SCRATCH stands for a folder of the run. Nothing that a test asserts is changed.
"""

_REDIS_BROKER = "from dramatiq.brokers.redis import RedisBroker"
_STUB_BROKER = "from dramatiq.brokers.stub import StubBroker"
_OURS = "from tests.standins import SuiteBroker as"

EDITS = {
    "test_cli.py": [(_REDIS_BROKER, f"{_OURS} RedisBroker"), ('"/tmp/', '"SCRATCH/')],
    "test_watch.py": [
        (_REDIS_BROKER, f"{_OURS} RedisBroker"),
        ('"/tmp/', '"SCRATCH/'),
    ],
    "test_pidfile.py": [(_STUB_BROKER, f"{_OURS} StubBroker"), ('"test_', '"SCRATCH/test_')],
    "test_redis.py": [
        (
            "from dramatiq.brokers.redis import MAINTENANCE_SCALE, RedisBroker",
            f"from dramatiq.brokers.redis import MAINTENANCE_SCALE\n{_OURS} RedisBroker",
        ),
        ('RedisBroker(url="redis://127.0.0.1")', "RedisBroker(url=__import__('os').environ['DRAMATIQ_SUITE_URL'])"),
    ],
    # pika is not installed; the two tests that make such a broker are left out.
    "test_broker.py": [("from dramatiq.brokers.rabbitmq import RabbitmqBroker\n", "RabbitmqBroker = None\n")],
    # The stub keeps the exceptions of dead letters for join(), and so does our stand-in.
    "test_worker.py": [("dramatiq.brokers.stub._StubMessageProxy", "tests.standins.Failure")],
}
