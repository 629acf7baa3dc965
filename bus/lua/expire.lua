-- Drop dead letters that are too old, and consumers that nobody has missed for long, by the server's clock.
--
-- KEYS  dead letters, live
-- ARGV  keep letters for ms, keep consumers for ms
-- Returns how many letters were dropped. A consumer dropped here that still holds something is found in its group.
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
redis.call('ZREMRANGEBYSCORE', KEYS[2], '-inf', string.format('(%.0f', now - tonumber(ARGV[2])))
return redis.call('XTRIM', KEYS[1], 'MINID', string.format('%.0f', math.max(0, now - tonumber(ARGV[1]))))
