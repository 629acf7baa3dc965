-- Move messages that are due from the delayed set to their lanes.
--
-- KEYS  retry, retry bodies, wake, cancelled, then lanes
-- ARGV  limit
-- Returns {promoted, rows without a body (lost), ms until the next is due, or -1}.
local retry, bodies = KEYS[1], KEYS[2]
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local promoted, lost = 0, 0

-- Whoever waits looks for what is cancelled before it starts what comes now.
if redis.call('EXISTS', KEYS[4]) == 1 then redis.call('XADD', KEYS[3], 'MAXLEN', 1000, '*', 'why', 'cancelled') end
for _, id in ipairs(redis.call('ZRANGEBYSCORE', retry, '-inf', now, 'LIMIT', 0, ARGV[1])) do
  local body = redis.call('HGET', bodies, id)
  if body then
    local message = cmsgpack.unpack(body)
    redis.call('XADD', KEYS[4 + tonumber(message[1])], '*', unpack(message[2]))
    redis.call('HDEL', bodies, id)
    promoted = promoted + 1
  else
    lost = lost + 1
  end
  redis.call('ZREM', retry, id)
end
local following = redis.call('ZRANGE', retry, 0, 0, 'WITHSCORES')
return {promoted, lost, following[2] and math.max(0, following[2] - now) or -1}
