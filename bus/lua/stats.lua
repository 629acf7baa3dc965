-- Count what a queue holds.
--
-- KEYS  retry, dead letters, live, paused, then lanes
-- ARGV  group, orphans, lease ms, prefix of the queue's members of live
-- Returns {delayed, dead, live consumers, 1 when paused, then of each lane: {ready, in flight, age in ms of the oldest ready
-- entry or -1}}.
local group, orphans, lease = ARGV[1], ARGV[2], tonumber(ARGV[3])
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)

local function born(id) return tonumber(string.match(id, '^%d+')) end

local function last_delivered(lane)
  local groups = redis.pcall('XINFO', 'GROUPS', lane)
  if groups.err then return nil end
  for _, row in ipairs(groups) do
    local info = {}
    for i = 1, #row, 2 do info[row[i]] = row[i + 1] end
    if info['name'] == group then return info['last-delivered-id'] end
  end
end

local function count(lane)
  local delivered = last_delivered(lane)
  local away, oldest = 0, nil
  if delivered then
    local summary = redis.call('XPENDING', lane, group)
    away = summary[1]
    for _, row in ipairs(summary[4] or {}) do
      if row[1] == orphans then away = away - tonumber(row[2]) end
    end
    local first = redis.call('XPENDING', lane, group, '-', '+', 1, orphans)
    if first[1] then oldest = born(first[1][1]) end
  end
  local new = redis.call('XRANGE', lane, delivered and '(' .. delivered or '-', '+', 'COUNT', 1)
  if new[1] then oldest = math.min(oldest or math.huge, born(new[1][1])) end
  return {math.max(0, redis.call('XLEN', lane) - away), away, oldest and math.max(0, now - oldest) or -1}
end

local consumers, prefix = 0, ARGV[4]
for _, member in ipairs(redis.call('ZRANGEBYSCORE', KEYS[3], string.format('%.0f', now - lease), '+inf')) do
  if string.sub(member, 1, #prefix) == prefix then consumers = consumers + 1 end
end
local answer = {redis.call('ZCARD', KEYS[1]), redis.call('XLEN', KEYS[2]), consumers, redis.call('EXISTS', KEYS[4])}
for index = 5, #KEYS do answer[#answer + 1] = count(KEYS[index]) end
return answer
