-- Count what a queue holds.
--
-- KEYS  retry, dead letters, live, then lanes
-- ARGV  group, orphans, lease ms, prefix of the queue's members of live
-- Returns {ready, in flight, delayed, dead, age in ms of the oldest ready entry or -1, live consumers}.
local group, orphans, lease = ARGV[1], ARGV[2], tonumber(ARGV[3])
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local ready, in_flight, oldest = 0, 0, nil

local function consider(id)
  local born = tonumber(string.match(id, '^%d+'))
  if not oldest or born < oldest then oldest = born end
end

local function last_delivered(lane)
  local groups = redis.pcall('XINFO', 'GROUPS', lane)
  if groups.err then return nil end
  for _, row in ipairs(groups) do
    local info = {}
    for i = 1, #row, 2 do info[row[i]] = row[i + 1] end
    if info['name'] == group then return info['last-delivered-id'] end
  end
end

for index = 4, #KEYS do
  local lane = KEYS[index]
  local length = redis.call('XLEN', lane)
  local delivered = last_delivered(lane)
  local away = 0
  if delivered then
    local summary = redis.call('XPENDING', lane, group)
    away = summary[1]
    for _, row in ipairs(summary[4] or {}) do
      if row[1] == orphans then away = away - tonumber(row[2]) end
    end
    local first = redis.call('XPENDING', lane, group, '-', '+', 1, orphans)
    if first[1] then consider(first[1][1]) end
  end
  local new = redis.call('XRANGE', lane, delivered and '(' .. delivered or '-', '+', 'COUNT', 1)
  if new[1] then consider(new[1][1]) end
  ready, in_flight = ready + math.max(0, length - away), in_flight + away
end

local age = oldest and math.max(0, now - oldest) or -1
local consumers, prefix = 0, ARGV[4]
for _, member in ipairs(redis.call('ZRANGEBYSCORE', KEYS[3], string.format('%.0f', now - lease), '+inf')) do
  if string.sub(member, 1, #prefix) == prefix then consumers = consumers + 1 end
end
return {ready, in_flight, redis.call('ZCARD', KEYS[1]), redis.call('XLEN', KEYS[2]), age, consumers}
