-- Count the start of an entry that was taken from the orphans.
--
-- KEYS  lane
-- ARGV  group, consumer, entry id
-- Returns the number of starts including this one; 0 when the entry no longer belongs to this consumer.
local mine = redis.call('XPENDING', KEYS[1], ARGV[1], ARGV[3], ARGV[3], 1, ARGV[2])
if #mine == 0 then return 0 end
local starts = mine[1][4] + 1
redis.call('XCLAIM', KEYS[1], ARGV[1], ARGV[2], 0, ARGV[3], 'RETRYCOUNT', starts, 'JUSTID')
return starts
