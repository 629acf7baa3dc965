-- The consumers of a queue that have a lease.
--
-- KEYS  live
-- ARGV  lease ms, prefix of the queue's members
-- Returns {consumer, ms since its last beat, ...}, the freshest first.
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local oldest, prefix = string.format('%.0f', now - tonumber(ARGV[1])), ARGV[2]
local beats = redis.call('ZREVRANGEBYSCORE', KEYS[1], '+inf', oldest, 'WITHSCORES')
local found = {}
for index = 1, #beats, 2 do
  if string.sub(beats[index], 1, #prefix) == prefix then
    found[#found + 1] = string.sub(beats[index], #prefix + 1)
    found[#found + 1] = math.max(0, now - tonumber(beats[index + 1]))
  end
end
return found
