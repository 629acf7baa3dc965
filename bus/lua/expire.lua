-- Drop dead letters that are too old, by the server's clock.
--
-- KEYS  dead letters
-- ARGV  keep ms
-- Returns how many were dropped.
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
return redis.call('XTRIM', KEYS[1], 'MINID', string.format('%.0f', math.max(0, now - tonumber(ARGV[1]))))
