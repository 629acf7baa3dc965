"""Ten thousand messages of mixed work through two worker processes: the soak in small."""

from benchmarks.soak.checks import checks_of
from benchmarks.soak.soaking import Soak

MESSAGES = 10_000


def test_nothing_is_lost_repeated_or_kept_of_many_messages(tmp_path):
    soak = Soak(MESSAGES, tmp_path, most_queued=4_000, say=lambda _: None)

    checks = checks_of(soak.run())

    logs = [log.read_text() for log in soak.logs]
    assert [] == [check for check in checks if not check.holds], logs
