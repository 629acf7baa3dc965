-- Put a dead letter back on its lane.
--
-- KEYS  dead letters, lane
-- ARGV  dead letter id, then field/value strings of the new entry
-- Returns 1; 0 when the letter is gone (replayed, discarded or expired meanwhile).
if #redis.call('XRANGE', KEYS[1], ARGV[1], ARGV[1]) == 0 then return 0 end
local fields = {}
for arg = 2, #ARGV do fields[arg - 1] = ARGV[arg] end
redis.call('XADD', KEYS[2], '*', unpack(fields))
redis.call('XDEL', KEYS[1], ARGV[1])
return 1
