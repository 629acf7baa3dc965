-- Finish entries that hand nothing over, many at once.
--
-- KEYS  lanes
-- ARGV  consumer, then for each lane: group, number of entries, their ids
-- Returns {lane index, entry id, ...} of those that were not pending for this consumer any more; they are left alone.
local consumer = ARGV[1]
local late, arg = {}, 2
for index, lane in ipairs(KEYS) do
  local group, count = ARGV[arg], tonumber(ARGV[arg + 1])
  local ours = {}
  for at = arg + 2, arg + 1 + count do
    local id = ARGV[at]
    local mine = redis.pcall('XPENDING', lane, group, id, id, 1, consumer)
    if mine.err and not string.find(mine.err, 'NOGROUP', 1, true) then return mine end
    if mine.err or #mine == 0 then
      late[#late + 1] = index
      late[#late + 1] = id
    else
      ours[#ours + 1] = id
    end
  end
  if #ours > 0 then
    redis.call('XACK', lane, group, unpack(ours))
    redis.call('XDEL', lane, unpack(ours))
  end
  arg = arg + 2 + count
end
return late
