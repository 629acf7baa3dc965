"""Files of lines."""

import threading
from pathlib import Path

from telemetry.files import LineFile


def test_a_file_that_grew_to_its_limit_is_kept_once_and_a_new_one_begun(tmp_path: Path) -> None:
    path = tmp_path / "logs" / "api.jsonl"
    first, second = LineFile(path, limit_bytes=100), LineFile(path, limit_bytes=100)
    for number in range(30):
        (first if number % 2 else second).write(f"line {number:02}")

    kept, current = path.with_name("api.jsonl.1").read_text(), path.read_text()
    lines = (kept + current).splitlines()
    assert [f"line {number:02}" for number in range(30 - len(lines), 30)] == lines
    assert 0 < len(kept) <= 120
    assert len(current) <= 120


def test_lines_of_many_threads_stay_whole(tmp_path: Path) -> None:
    file = LineFile(tmp_path / "api.jsonl")
    threads = [threading.Thread(target=lambda: [file.write("x" * 300) for _ in range(50)]) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert ["x" * 300] * 400 == (tmp_path / "api.jsonl").read_text().splitlines()


def test_a_line_that_cannot_be_written_stops_nobody() -> None:
    LineFile(Path("/dev/full")).write("lost")
