-- Read messages that wait for their time, in the order in which it comes.
--
-- KEYS  retry, retry bodies
-- ARGV  how many to pass over, how many to read
-- Returns rows {enqueue id, due in ms since 1970, lane index, fields}; one without a body (lost) is left out.
local rows = {}
local found = redis.call('ZRANGE', KEYS[1], ARGV[1], ARGV[1] + ARGV[2] - 1, 'WITHSCORES')
for at = 1, #found, 2 do
  local body = redis.call('HGET', KEYS[2], found[at])
  if body then
    local message = cmsgpack.unpack(body)
    rows[#rows + 1] = {found[at], string.format('%.0f', found[at + 1]), tonumber(message[1]), message[2]}
  end
end
return rows
