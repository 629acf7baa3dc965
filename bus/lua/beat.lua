-- Say that a consumer is alive, for each queue it reads or holds something of.
--
-- KEYS  live, resumed, then of each queue: retry
-- ARGV  lease ms, gap ms, then of each queue: its member of live
-- Returns {members whose lease has run out, of each queue: ms until its next delayed message is due, or -1}.
--
-- When nobody has been heard for longer than the gap, the server or the network was away and not the consumers: nobody
-- is declared dead until everybody has had a whole lease to be heard again.
local live, lease, gap = KEYS[1], tonumber(ARGV[1]), tonumber(ARGV[2])
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local newest = redis.call('ZRANGE', live, -1, -1, 'WITHSCORES')
if newest[2] and now - tonumber(newest[2]) > gap then
  redis.call('SET', KEYS[2], now, 'PX', lease)
end
local beats = {}
for index = 3, #ARGV do
  beats[#beats + 1] = now
  beats[#beats + 1] = ARGV[index]
end
redis.call('ZADD', live, unpack(beats))
local dead = redis.call('ZRANGEBYSCORE', live, '-inf', string.format('(%.0f', now - lease))
local due = {}
for index = 3, #KEYS do
  local first = redis.call('ZRANGE', KEYS[index], 0, 0, 'WITHSCORES')
  due[#due + 1] = first[2] and math.max(0, first[2] - now) or -1
end
return {dead, due}
