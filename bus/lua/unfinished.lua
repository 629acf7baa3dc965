-- Count what a queue still has to do. Finished entries are deleted, so lengths say it all.
--
-- KEYS  retry, then lanes
-- Returns ready, in flight and delayed together.
local count = redis.call('ZCARD', KEYS[1])
for index = 2, #KEYS do count = count + redis.call('XLEN', KEYS[index]) end
return count
