-- Hand entries of a consumer back to everybody. They keep their place, because orphans are taken in stream order.
-- Nudges that were received and not followed are passed on to somebody else.
--
-- KEYS  wake, then lanes
-- ARGV  group, consumer, orphans, number of nudges, their ids, then for each entry: lane index, entry id,
--       how many of its starts do not count
-- Returns how many were the consumer's to hand back; none of a lane that the server has lost.
local group, consumer, orphans = ARGV[1], ARGV[2], ARGV[3]
local told, released = tonumber(ARGV[4]), 0
for arg = 5, 4 + told do
  redis.call('XACK', KEYS[1], group, ARGV[arg])
  redis.call('XDEL', KEYS[1], ARGV[arg])
end
for arg = 5 + told, #ARGV, 3 do
  local lane, id = KEYS[1 + tonumber(ARGV[arg])], ARGV[arg + 1]
  local mine = redis.pcall('XPENDING', lane, group, id, id, 1, consumer)
  if mine.err and not string.find(mine.err, 'NOGROUP', 1, true) then return mine end
  if not mine.err and #mine > 0 then
    local deliveries = math.max(0, mine[1][4] - tonumber(ARGV[arg + 2]))
    redis.call('XCLAIM', lane, group, orphans, 0, id, 'RETRYCOUNT', deliveries, 'JUSTID')
    released = released + 1
  end
end
for _ = 1, math.min(told + released, 100) do redis.call('XADD', KEYS[1], 'MAXLEN', 1000, '*', 'why', 'released') end
return released
