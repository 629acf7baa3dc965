-- Take one message out of a queue, or one that waits for its time to its lane at once.
--
-- KEYS  retry, retry bodies, then lanes
-- ARGV  group, orphans, what to do (drop or hasten), then of a message in a lane: lane index, entry id; of a delayed one: 0,
--       enqueue id
-- Returns {1, fields}; {0} when it is not there any more; {-1} when a consumer holds it.
local group, orphans, lane, id = ARGV[1], ARGV[2], KEYS[2 + tonumber(ARGV[4])], ARGV[5]
if ARGV[4] == '0' then
  local body = redis.call('HGET', KEYS[2], id)
  if not body or redis.call('ZREM', KEYS[1], id) == 0 then return {0} end
  redis.call('HDEL', KEYS[2], id)
  local message = cmsgpack.unpack(body)
  if ARGV[3] == 'hasten' then redis.call('XADD', KEYS[2 + tonumber(message[1])], '*', unpack(message[2])) end
  return {1, message[2]}
end
local found = redis.call('XRANGE', lane, id, id)
if #found == 0 then return {0} end
local held = redis.pcall('XPENDING', lane, group, id, id, 1)
if held.err and not string.find(held.err, 'NOGROUP', 1, true) then return held end
if not held.err and held[1] and held[1][2] ~= orphans then return {-1} end
redis.pcall('XACK', lane, group, id)
redis.call('XDEL', lane, id)
return {1, found[1][2]}
