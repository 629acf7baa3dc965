-- List the consumers with a lease, the freshest first.
--
-- KEYS  live
-- ARGV  lease ms
-- Returns consumer, ms since its last beat, consumer, ms ...
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local rows = redis.call('ZREVRANGEBYSCORE', KEYS[1], '+inf', now - tonumber(ARGV[1]), 'WITHSCORES')
for index = 2, #rows, 2 do rows[index] = math.max(0, now - tonumber(rows[index])) end
return rows
