"""Whatever call a process dies at, is held up at or loses its connection at, no message is lost, doubled or forked.

Each flow is played once to see its calls, and then once for each call and each way to break there. `make prove-bus`
tries every call; `DMA_CONSISTENCY=some` tries, of calls of one kind in one flow, the first two, which takes a minute.
"""

import asyncio
import os
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest

from tests.integration.bus.consistency.case import Case
from tests.integration.bus.consistency.flow import CONNECTING, UPKEEP, Flow
from tests.integration.bus.consistency.flows import FLOWS
from tests.integration.bus.consistency.laboratory import Laboratory
from tests.integration.bus.consistency.nursery import Nursery
from tests.integration.bus.consistency.proxy import Fault
from tests.support.servers import temporary_home

pytestmark = [
    pytest.mark.skipif("DMA_CONSISTENCY" not in os.environ, reason="takes minutes: `make prove-bus`"),
    pytest.mark.timeout(3600),  # all flows are played before the first test
]

SIDE_BY_SIDE = 24
MISSED_AT_MOST = 1 / 2
BROKEN_AT_MOST = 3


@dataclass(slots=True)
class Proof:
    """All cases of a flow; the first has no fault and says which calls there are."""

    cases: list[Case] = field(default_factory=list)

    @property
    def broken(self) -> list[Case]:
        return [case for case in self.cases if case.violations]

    @property
    def of_first_calls(self) -> list[Case]:
        """Cases that break at the first call of a kind. How often it is made after that differs from time to time."""
        return [case for case in self.cases if case.fault is not None and case.fault.nth == 1]

    @property
    def missed(self) -> list[Case]:
        """Those of them where it never came to that call."""
        return [case for case in self.of_first_calls if not case.has_fired]


def calls_to_try(kind: str) -> int:
    """How many calls of a kind, from the first, are broken at in one flow."""
    if os.environ.get("DMA_CONSISTENCY") == "all":
        return 10**6
    return 1 if kind in UPKEEP | CONNECTING else 2


def faults_of(flow: Flow, seen: Case) -> Iterator[Fault]:
    """Where and how to break: at each call that this flow makes, but those that another flow breaks at."""
    counts = Counter(call.kind for call in seen.proxy.calls if flow.breaks_at(call.kind))
    spent = {(fault.kind, fault.nth) for fault in flow.after}
    for kind, count in counts.items():
        for nth in range(1, min(count, calls_to_try(kind)) + 1):
            if (kind, nth) not in spent:
                yield from (Fault(kind, nth, how) for how in flow.breaks)


async def prove(laboratory: Laboratory, flow: Flow) -> Proof:
    """Play the flow without a fault, and then with each, until it is broken often enough to see why."""
    proof = Proof()

    async def run(fault: Fault | None = None) -> None:
        async with laboratory.places:
            if len(proof.broken) < BROKEN_AT_MOST:
                proof.cases.append(await laboratory.run(flow, fault))

    await run()
    if not flow.forgets_scripts and any(call.kind.startswith("text of") for call in proof.cases[0].proxy.calls):
        proof.cases.clear()
        await run()  # now the server knows the scripts, as it does in the cases that follow
    if not proof.broken:
        await asyncio.gather(*(run(fault) for fault in faults_of(flow, proof.cases[0])))
    return proof


async def prove_all(server, directory, flows: list[Flow]) -> dict[str, Proof]:
    async with Nursery(directory, server) as nursery:
        laboratory = Laboratory(server, nursery, side_by_side=SIDE_BY_SIDE)
        try:
            proofs = await asyncio.gather(*(prove(laboratory, flow) for flow in flows))
        finally:
            await laboratory.close()
    return {flow.name: proof for flow, proof in zip(flows, proofs, strict=True)}


@pytest.fixture(scope="module")
def proofs(request, shared_server) -> dict[str, Proof]:
    """The proofs of all flows that are to be tested; their cases run side by side."""
    items = (item for item in request.session.items if item.path == request.path)
    wanted = {item.callspec.params["flow"].name for item in items if hasattr(item, "callspec")}
    with temporary_home() as directory:
        return asyncio.run(prove_all(shared_server, directory, [flow for flow in FLOWS if flow.name in wanted]))


@pytest.mark.parametrize("flow", FLOWS, ids=str)
def test_flow_survives_a_break_at_every_call(proofs: dict[str, Proof], flow: Flow) -> None:
    proof = proofs[flow.name]

    assert not proof.broken, "\n\n".join(case.report() for case in proof.broken)
    missed = "\n".join(str(case.fault) for case in proof.missed)
    assert len(proof.missed) <= MISSED_AT_MOST * len(proof.of_first_calls), f"the process did not come to\n{missed}"
    assert len(proof.cases) > 1
