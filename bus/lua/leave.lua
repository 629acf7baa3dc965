-- Take a consumer off the books of a queue, unless entries are still pending for it (deleting it would lose them).
--
-- KEYS  live, wake, then lanes
-- ARGV  group, consumer, its member of live
-- Returns the number of lanes where something was still pending.
local busy = 0
for index = 3, #KEYS do
  local pending = redis.pcall('XPENDING', KEYS[index], ARGV[1], '-', '+', 1, ARGV[2])
  if not pending.err then
    if #pending == 0 then
      redis.call('XGROUP', 'DELCONSUMER', KEYS[index], ARGV[1], ARGV[2])
    else
      busy = busy + 1
    end
  end
end
if busy == 0 then
  redis.call('ZREM', KEYS[1], ARGV[3])
  redis.pcall('XGROUP', 'DELCONSUMER', KEYS[2], ARGV[1], ARGV[2])
end
return busy
