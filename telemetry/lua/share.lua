-- Add what one process has counted since it shared last, and note that it lives.
--
-- KEYS  totals, processes
-- ARGV  process, number of this turn, lifetime ms, keep ms, gauges, then pairs {series, increment}
--
-- A turn that was carried out before (its answer was lost, and the process asks again) adds nothing a second time.
local totals, processes = KEYS[1], KEYS[2]
local process, turn, lifetime, keep = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3]), ARGV[4]
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)

local known = redis.call('HGET', processes, process)
if not known or tonumber(string.match(known, '^%d+')) < turn then
  for index = 6, #ARGV, 2 do redis.call('HINCRBYFLOAT', totals, ARGV[index], ARGV[index + 1]) end
  redis.call('PEXPIRE', totals, keep)
end
redis.call('HSET', processes, process, string.format('%d %.0f %s', turn, now + lifetime, ARGV[5]))
redis.call('PEXPIRE', processes, keep)
