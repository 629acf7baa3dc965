-- Draw tokens from a bucket that fills evenly; it is kept as the one time at which it will be full, by the server's clock.
--
-- KEYS  bucket
-- ARGV  tokens it holds, ms in which it fills, least tokens wanted, most tokens wanted, tokens given back (may be negative)
-- Returns how many were drawn, how many are left, and the ms until the least wanted are there. A full bucket has no key.
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local size, fills = tonumber(ARGV[1]), tonumber(ARGV[2]) * 1000
local least, most = tonumber(ARGV[3]), tonumber(ARGV[4])
local each = fills / size
local full_at = tonumber(redis.call('GET', KEYS[1]) or 0)
full_at = math.min(now + 2 * fills, math.max(now, math.max(now, full_at) - tonumber(ARGV[5]) * each))
local here = math.floor((now + fills - full_at) / each + 0.001)
local drawn = here >= least and math.min(here, most) or 0
full_at = full_at + drawn * each
if full_at > now then
    redis.call('SET', KEYS[1], string.format('%.0f', full_at), 'PX', math.ceil((full_at - now) / 1000))
else
    redis.call('DEL', KEYS[1])
end
local wait = drawn < least and math.max(1, math.ceil((full_at + least * each - now - fills) / 1000)) or 0
return {drawn, math.max(0, here - drawn), wait}
