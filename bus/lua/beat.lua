-- Say that a consumer is alive.
--
-- KEYS  live, resumed
-- ARGV  consumer, lease ms, gap ms
--
-- When nobody has been heard for longer than the gap, the server or the network was away and not the consumers: nobody
-- is declared dead until everybody has had a whole lease to be heard again.
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local newest = redis.call('ZREVRANGE', KEYS[1], 0, 0, 'WITHSCORES')
if newest[2] and now - tonumber(newest[2]) > tonumber(ARGV[3]) then
  redis.call('SET', KEYS[2], now, 'PX', ARGV[2])
end
redis.call('ZADD', KEYS[1], now, ARGV[1])
return 1
