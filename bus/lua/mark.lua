-- Pause a queue, or cancel a message: leave a mark that every reader sees before it takes anything more.
--
-- KEYS  paused or cancelled, wake, live
-- ARGV  prefix of the queue's members of live, then `pause`, or `cancel`, message id, ms until it is forgotten
--
-- Readers that wait on the server are served one wake entry each, before anything that is enqueued after this script; who
-- begins to wait later finds what is left of them.
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
if ARGV[2] == 'pause' then
  redis.call('SET', KEYS[1], now)
else
  redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now)
  redis.call('ZADD', KEYS[1], now + tonumber(ARGV[4]), ARGV[3])
  redis.call('PEXPIREAT', KEYS[1], redis.call('ZRANGE', KEYS[1], -1, -1, 'WITHSCORES')[2])
end
local prefix = ARGV[1]
for _, member in ipairs(redis.call('ZRANGE', KEYS[3], 0, -1)) do
  if string.sub(member, 1, #prefix) == prefix then
    redis.call('XADD', KEYS[2], 'MAXLEN', 1000, '*', 'why', ARGV[2])
  end
end
return 1
