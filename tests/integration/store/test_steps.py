"""Claims, leases and fences (DESIGN.md, rules 2 to 4)."""

from uuid import UUID

import pytest

from contracts.entities import EntityType
from core.errors import ErrorCategory
from core.ids import derived_uuid, new_uuid
from core.problems import problem
from store import campaigns
from store.changes import NewEntity, apply_changes
from store.database import Database
from store.endings import complete_request, fail_request
from store.history import read_history
from store.requests import NewRequest, NewStep, accept_request, read_request
from store.steps import (
    MAX_CRASHES,
    Burial,
    Claim,
    Fenced,
    Refusal,
    bury_step,
    claim_step,
    end_leases,
    fail_step,
    finish_step,
    is_done_by,
    release_step,
    renew_leases,
)

PRINCIPAL = "user:dm"
ERROR = problem(ErrorCategory.NETWORK_ERROR, "the wire broke")


def accept(database: Database, *, steps: int = 2, timeout_ms: int = 30_000) -> UUID:
    campaign, request = new_uuid(), new_uuid()
    plan = [NewStep("scribe.recall_entities", "Recall", {"query": "x"}) for _ in range(steps)]
    with database.transaction() as tx:
        campaigns.ensure_campaign(tx, campaign, "A campaign", PRINCIPAL)
        accept_request(
            tx,
            NewRequest(
                id=request,
                campaign_id=campaign,
                principal=PRINCIPAL,
                prompt="Who is Borin?",
                intent="retrieve_entity",
                intent_confidence=0.9,
                alternatives=[],
                steps=plan,
                timeout_ms=timeout_ms,
            ),
        )
    return request


def claim(
    database: Database, request: UUID, step_no: int = 1, *, worker: str = "w1", lease: float = 10
) -> Claim | Refusal:
    with database.transaction() as tx:
        return claim_step(tx, request, step_no, worker=worker, lease_seconds=lease)


def claimed(database: Database, request: UUID, step_no: int = 1, *, worker: str = "w1", lease: float = 10) -> Claim:
    found = claim(database, request, step_no, worker=worker, lease=lease)
    assert isinstance(found, Claim), found
    return found


def finish(database: Database, held: Claim, result: dict | None = None) -> None:
    with database.transaction() as tx:
        finish_step(tx, held, result or {})


def test_a_step_is_held_by_one_worker_only(database: Database) -> None:
    request = accept(database)
    first = claimed(database, request)

    assert Refusal.HELD is claim(database, request, worker="w2")
    assert 1 == first.lease_epoch


def test_a_step_whose_lease_has_ended_goes_to_the_next_worker_with_a_higher_epoch(database: Database) -> None:
    request = accept(database)
    claimed(database, request, lease=0)

    assert 2 == claimed(database, request, worker="w2").lease_epoch


def test_a_zombie_cannot_finish_what_another_worker_has_claimed(database: Database) -> None:
    request = accept(database)
    zombie = claimed(database, request, lease=0)
    owner = claimed(database, request, worker="w2")

    with pytest.raises(Fenced):
        finish(database, zombie, {"content": "too late"})
    finish(database, owner, {"content": "in time"})

    assert Refusal.DONE is claim(database, request)


def test_effects_of_a_fenced_step_are_rolled_back(database: Database) -> None:
    request = accept(database)
    zombie = claimed(database, request, lease=0)
    claimed(database, request, worker="w2")
    borin = NewEntity(derived_uuid(request, 1, 0), EntityType.NPC, "Borin", "A smith.", {}, "draft")

    def commit() -> None:
        with database.transaction() as tx:
            apply_changes(tx, [borin], campaign_id=zombie.campaign_id, principal=PRINCIPAL, request_id=request)
            finish_step(tx, zombie, {})

    with pytest.raises(Fenced):
        commit()
    with database.transaction() as tx:
        assert {"n": 0} == tx.execute("SELECT count(*) AS n FROM entities").fetchone()


def test_a_repeated_step_creates_its_entity_once(database: Database) -> None:
    request = accept(database)
    held = claimed(database, request)
    borin = NewEntity(derived_uuid(request, 1, 0), EntityType.NPC, "Borin", "A smith.", {}, "draft")

    for _ in range(2):
        with database.transaction() as tx:
            apply_changes(tx, [borin], campaign_id=held.campaign_id, principal=PRINCIPAL, request_id=request)

    with database.transaction() as tx:
        assert {"n": 1} == tx.execute("SELECT count(*) AS n FROM entities").fetchone()


def test_steps_run_in_order(database: Database) -> None:
    request = accept(database)

    assert Refusal.NOT_YET is claim(database, request, 2)
    finish(database, claimed(database, request, 1), {"matches": [1]})
    assert {1: {"matches": [1]}} == claimed(database, request, 2).prior


def test_a_failure_counts_an_attempt_and_a_crash_does_not(database: Database) -> None:
    request = accept(database)
    failing = claimed(database, request)
    with database.transaction() as tx:
        fail_step(tx, failing, ERROR, retry=True)

    crashing = claimed(database, request, lease=0)
    after_crash = claimed(database, request)

    assert (2, 2) == (crashing.attempt, after_crash.attempt)


def test_a_step_whose_worker_went_away_is_for_one_that_runs_it_alone(database: Database) -> None:
    request = accept(database)
    claimed(database, request, lease=0)

    def claim_among_others() -> Claim | Refusal:
        with database.transaction() as tx:
            return claim_step(tx, request, 1, worker="w", lease_seconds=10, is_alone=False)

    assert Refusal.SUSPECT is claim_among_others()
    alone = claimed(database, request)
    assert Refusal.HELD is claim_among_others()
    with database.transaction() as tx:
        release_step(tx, alone)
    assert Refusal.SUSPECT is claim_among_others()


def test_the_last_of_three_crashes_buries_the_step(database: Database) -> None:
    request = accept(database)
    for _ in range(MAX_CRASHES):
        claimed(database, request, lease=0)

    assert Refusal.BURIED is claim(database, request)
    assert Refusal.FAILED is claim(database, request)


def test_a_step_the_bus_gave_up_is_failed_when_it_was_running_at_the_last_of_three_deaths(database: Database) -> None:
    request = accept(database)
    for _ in range(MAX_CRASHES):
        claimed(database, request, lease=0)

    with database.transaction() as tx:
        assert [Burial.FAILED, Burial.FAILED] == [bury_step(tx, request, 1) for _ in range(2)]
    assert Refusal.FAILED is claim(database, request)


def test_a_step_that_was_only_beside_the_deaths_of_its_workers_is_spared(database: Database) -> None:
    beside, living, done = (accept(database) for _ in range(3))
    claimed(database, beside, lease=0)
    claimed(database, living)
    finish(database, claimed(database, done))

    with database.transaction() as tx:
        assert {Burial.SPARED} == {bury_step(tx, request, 1) for request in (beside, living, done)}
        assert Burial.NOTHING is bury_step(tx, beside, 99)
    assert 1 == claimed(database, beside).attempt


def test_nothing_is_spared_after_the_end_of_its_request(database: Database) -> None:
    """Else a message that ends its workers before the claim would come back to them for ever."""
    waiting, done = accept(database), accept(database)
    finish(database, claimed(database, done))
    for request in (waiting, done):
        with database.transaction() as tx:
            fail_request(tx, request, ERROR)

    with database.transaction() as tx:
        assert {Burial.NOTHING} == {bury_step(tx, request, 1) for request in (waiting, done)}


def test_a_message_that_ends_its_workers_before_the_claim_has_its_burials_counted(database: Database) -> None:
    request = accept(database)
    with database.transaction() as tx:
        burials = [bury_step(tx, request, 1) for _ in range(MAX_CRASHES)]
    assert [Burial.SPARED, Burial.SPARED, Burial.FAILED] == burials
    assert Refusal.FAILED is claim(database, request)


def test_a_released_step_costs_nothing_and_is_free_at_once(database: Database) -> None:
    request = accept(database)
    held = claimed(database, request)
    with database.transaction() as tx:
        release_step(tx, held)

    assert 1 == claimed(database, request, worker="w2").attempt


def test_what_a_worker_had_is_free_as_soon_as_its_end_is_known(database: Database) -> None:
    theirs, others, theirs_done = accept(database), accept(database), accept(database)
    lost = claimed(database, theirs, worker="host:7:abc")
    claimed(database, others, worker="host:77:abc")
    finish(database, claimed(database, theirs_done, worker="host:7:abc"))
    with database.transaction() as tx:
        assert [1, 0] == [end_leases(tx, "host:7:"), end_leases(tx, "host:7:")]

    assert Refusal.HELD is claim(database, others)
    assert 2 == claimed(database, theirs, worker="host:8:abc").lease_epoch
    with database.transaction() as tx, pytest.raises(Fenced):
        finish_step(tx, lost, {})


def test_a_step_that_somebody_has_locked_does_not_keep_the_others_from_being_freed(database: Database) -> None:
    locked, free = accept(database), accept(database)
    for request in (locked, free):
        claimed(database, request, worker="host:7:abc")
    with database.transaction() as holder:
        holder.execute("SELECT FROM steps WHERE request_id = %s FOR UPDATE", (locked,))
        with database.transaction() as tx:
            assert 1 == end_leases(tx, "host:7:")


def test_renewal_tells_which_leases_still_hold(database: Database) -> None:
    request, other = accept(database), accept(database)
    lost = claimed(database, request, lease=0)
    claimed(database, request, worker="w2")
    held = claimed(database, other)

    with database.transaction() as tx:
        assert {(other, 1)} == renew_leases(tx, [lost, held], lease_seconds=10)


def test_nothing_runs_and_nothing_commits_after_the_deadline(database: Database) -> None:
    request = accept(database)
    held = claimed(database, request)
    with database.transaction() as tx:
        tx.execute(
            "UPDATE requests SET deadline_at = clock_timestamp() - interval '1 second' WHERE id = %s", (request,)
        )

    assert Refusal.ENDED is claim(database, request, worker="w2")
    with pytest.raises(Fenced):
        finish(database, held)


def test_a_commit_of_unknown_outcome_can_be_looked_up(database: Database) -> None:
    request = accept(database)
    held = claimed(database, request)

    with database.transaction() as tx:
        assert not is_done_by(tx, held)
    finish(database, held)
    with database.transaction() as tx:
        assert is_done_by(tx, held)


def test_a_request_ends_once_and_stays_as_it_ended(database: Database) -> None:
    request = accept(database, steps=1)
    finish(database, claimed(database, request), {"content": "A smith.", "entities_created": ["npc_1"]})

    with database.transaction() as tx:
        ended = complete_request(tx, request)
    with database.transaction() as tx:
        assert complete_request(tx, request) is None
        assert fail_request(tx, request, ERROR) is None
        view = read_request(tx, request, PRINCIPAL)

    assert ended is not None
    assert ("completed", "A smith.", ["npc_1"]) == (
        view.status,
        view.result["content"],
        view.result["entities_created"],
    )


def test_a_request_is_not_completed_before_all_its_steps_are(database: Database) -> None:
    request = accept(database, steps=2)
    finish(database, claimed(database, request))

    with database.transaction() as tx:
        assert complete_request(tx, request) is None


def test_a_failed_request_cancels_its_open_steps_and_says_why(database: Database) -> None:
    request = accept(database, steps=2)
    claimed(database, request)

    with database.transaction() as tx:
        fail_request(tx, request, ERROR)
        view = read_request(tx, request, PRINCIPAL)

    assert ("failed", "network_error", ["cancelled", "cancelled"]) == (
        view.status,
        view.error["error_type"],
        [step.state for step in view.plan],
    )


def test_the_history_tells_every_transition_with_worker_and_epoch(database: Database) -> None:
    request = accept(database, steps=1)
    finish(database, claimed(database, request))
    with database.transaction() as tx:
        complete_request(tx, request)
        history = read_history(tx, request)

    assert [
        (None, "processing", None, None),
        (1, "running", 1, "w1"),
        (1, "done", 1, None),
        (None, "completed", None, None),
    ] == [(row.step_no, row.state, row.lease_epoch, row.worker) for row in history]
