-- Drop everything that waits, is delayed or is in flight. Groups stay, so blocked readers are not disturbed.
--
-- KEYS  retry, retry bodies, then lanes
-- ARGV  group
for index = 3, #KEYS do
  local lane = KEYS[index]
  repeat
    local rows = redis.pcall('XPENDING', lane, ARGV[1], '-', '+', 1000)
    if rows.err then break end
    for _, row in ipairs(rows) do redis.call('XACK', lane, ARGV[1], row[1]) end
  until #rows < 1000
  redis.call('XTRIM', lane, 'MAXLEN', 0)
end
redis.call('DEL', KEYS[1], KEYS[2])
return 1
