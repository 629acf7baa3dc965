"""One case of a proof: a flow, what broke in it, and what was seen."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from tests.integration.bus.consistency.flow import Bench, Flow
from tests.integration.bus.consistency.nursery import Process
from tests.integration.bus.consistency.proxy import Fault, FaultProxy


@dataclass(slots=True)
class Case:
    """A flow with one fault, or with none, and what was seen."""

    flow: Flow
    fault: Fault | None
    namespace: str
    bench: Bench
    violations: list[str] = field(default_factory=list)
    proxy: FaultProxy | None = None
    process: Process | None = None
    healers: list[Process] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def has_fired(self) -> bool:
        return self.fault is None or any(fault is self.fault for fault, _ in self.proxy.fired)

    @property
    def may_run_again(self) -> bool:
        """Whether the process was taken for dead, rightly or not: what it held runs once more elsewhere."""
        return self.process is not None and self.process.was_disturbed

    def told(self) -> Iterator[dict[str, Any]]:
        for process in self.processes:
            yield from process.told

    @property
    def processes(self) -> list[Process]:
        """The process under test, and the healthy workers that came after it."""
        return [*([self.process] if self.process else []), *self.healers]

    def report(self) -> str:
        """Everything one needs to know about a case that failed."""
        lines = [f"flow {self.flow.name!r}, {self.fault or 'no fault'} ({self.seconds:.1f} s)"]
        lines += [f"  VIOLATED: {each}" for each in self.violations]
        lines += [f"  broke at {call}" for _, call in self.proxy.fired]
        for process in self.processes:
            lines += [f"  process {process.pid} told {fact}" for fact in process.told[-25:]]
        return "\n".join(lines + [f"    {call}" for call in self.proxy.calls[-25:]])
