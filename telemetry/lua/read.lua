-- Read what all processes have counted, and the gauges of those that live.
--
-- KEYS  totals, processes
-- ARGV  ms after which a process that is silent is forgotten altogether
-- Returns {series and totals in turn, gauges of each living process}.
local totals, processes = KEYS[1], KEYS[2]
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)

local living, rows = {}, redis.call('HGETALL', processes)
for index = 1, #rows, 2 do
  local ends, gauges = string.match(rows[index + 1], '^%d+ (%d+) (.*)$')
  ends = tonumber(ends)
  if ends > now then
    living[#living + 1] = gauges
  elseif ends + tonumber(ARGV[1]) < now then
    redis.call('HDEL', processes, rows[index])
  end
end
return {redis.call('HGETALL', totals), living}
