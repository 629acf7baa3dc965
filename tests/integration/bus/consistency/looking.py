"""What is on the server when all should be done, seen with commands of the test's own."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import redis.asyncio

from tests.integration.bus.consistency.flow import GROUP, Bench

NOBODY = {"orphans", "undertaker"}
"""Names in a group that are no processes."""

_LOOK = """
-- Everything about a queue that is not as it is when nothing is to be done and nobody is there.
-- KEYS  retry, retry bodies, live, lanes, wake; ARGV  group; returns {unfinished, rows {what, where, who, how many}}
local unfinished, rows = redis.call('ZCARD', KEYS[1]), {}
for index = 1, 2 do
  if redis.call('EXISTS', KEYS[index]) == 1 then rows[#rows + 1] = {'left', KEYS[index], '', 1} end
end
for _, name in ipairs(redis.call('ZRANGE', KEYS[3], 0, -1)) do rows[#rows + 1] = {'lease', KEYS[3], name, 1} end
for index = 4, #KEYS do
  local is_lane = index < #KEYS  -- what is in the wake stream is no work
  local length = is_lane and redis.call('XLEN', KEYS[index]) or 0
  unfinished = unfinished + length
  if length > 0 then rows[#rows + 1] = {'left', KEYS[index], '', length} end
  local consumers = redis.pcall('XINFO', 'CONSUMERS', KEYS[index], ARGV[1])
  for _, each in ipairs(consumers.err and {} or consumers) do
    rows[#rows + 1] = {'consumer', KEYS[index], each[2], is_lane and each[4] or 0}
  end
end
return {unfinished, rows}
"""


@dataclass(frozen=True, slots=True)
class Sight:
    """What was on the server at one moment: `unfinished` messages, and rows of what should not be there in the end."""

    unfinished: int
    rows: list[tuple[str, str, str, int]]

    def left_over(self, *, living: Sequence[int] = ()) -> Iterator[str]:
        """What is left over when nobody is there but the processes with these ids."""
        for what, where, who, count in self.rows:
            is_alive = any(f":{pid}:" in who for pid in living)
            if what == "left" or (what == "consumer" and count):
                yield f"{count} left in {where} {who and 'for ' + who}"
            elif not is_alive and who not in NOBODY:
                yield f"the {what} of {who} in {where}"


async def look(client: redis.asyncio.Redis, bench: Bench, queues: tuple[str, ...]) -> Sight:
    """See what there is, at one moment for each queue."""
    unfinished, rows = 0, []
    script = client.register_script(_LOOK)
    for queue in queues:
        names = bench.keys(queue)
        keys = [names.retry, names.retry_bodies, names.live, *names.lanes, names.wake]
        count, found = await script(keys=keys, args=[GROUP])
        unfinished += count
        rows += [(what.decode(), where.decode(), who.decode(), many) for what, where, who, many in found]
    return Sight(unfinished, rows)
