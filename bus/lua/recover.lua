-- Make the entries of dead consumers deliverable again, and single out those that crashed too often.
--
-- KEYS  live, resumed, wake, then lanes
-- ARGV  group, lease ms, gap ms, bury at, orphans, undertaker, page, prefix of the queue's members of live
-- Returns {entries given to the orphans, rows {lane index, entry id, deliveries, last owner or '', fields} to bury,
-- 1 when somebody has to look again soon}.
--
-- A consumer nobody has heard of yet (a reader blocked on the server may be served after it was forgotten) is given a
-- lease from now. Rows to bury wait with the undertaker; whoever gets them here has one lease to bury them before they
-- are given out again, so a burial that fails is tried again and never lost.
local live, resumed, wake = KEYS[1], KEYS[2], KEYS[3]
local group, lease, gap, bury_at = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])
local orphans, undertaker, page, prefix = ARGV[5], ARGV[6], tonumber(ARGV[7]), ARGV[8]
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)

local newest = redis.call('ZRANGE', live, -1, -1, 'WITHSCORES')
if newest[2] and now - tonumber(newest[2]) > gap then
  redis.call('SET', resumed, now, 'PX', lease)
end
if redis.call('EXISTS', resumed) == 1 then return {0, {}, 1} end

local recovered, is_unfinished, owners, unfinished, doomed = 0, 0, {}, {}, {}

local function doom(lane, id, owner)
  owners[id] = owner
  redis.call('XCLAIM', lane, group, undertaker, 0, id, 'IDLE', 86400000, 'JUSTID')
end

local function recover(lane, name)
  local rows = redis.call('XPENDING', lane, group, '-', '+', page, name)
  for _, row in ipairs(rows) do
    if row[4] >= bury_at then
      doom(lane, row[1], name)
    elseif name ~= orphans then
      recovered = recovered + #redis.call('XCLAIM', lane, group, orphans, 0, row[1], 'JUSTID')
    end
  end
end

local function forget_if_done(lane, name)
  if #redis.call('XPENDING', lane, group, '-', '+', 1, name) == 0 then
    redis.call('XGROUP', 'DELCONSUMER', lane, group, name)
  else
    unfinished[name], is_unfinished = true, 1
  end
end

local function visit(lane, name)
  if name == undertaker then return end
  if name == orphans then return recover(lane, name) end
  local beat = redis.call('ZSCORE', live, prefix .. name)
  if not beat then
    redis.call('ZADD', live, now, prefix .. name)
  elseif now - tonumber(beat) > lease then
    recover(lane, name)
    forget_if_done(lane, name)
  end
end

local function collect_doomed(index, lane)
  for _, row in ipairs(redis.call('XPENDING', lane, group, '-', '+', page, undertaker)) do
    is_unfinished = 1
    if #redis.call('XCLAIM', lane, group, undertaker, lease, row[1], 'JUSTID') > 0 then
      local body = redis.call('XRANGE', lane, row[1], row[1])
      doomed[#doomed + 1] = {index, row[1], row[4], owners[row[1]] or '', body[1][2]}
    end
  end
end

for index = 4, #KEYS do
  local lane = KEYS[index]
  local consumers = redis.pcall('XINFO', 'CONSUMERS', lane, group)
  if not consumers.err then
    for _, consumer in ipairs(consumers) do visit(lane, consumer[2]) end
    collect_doomed(index - 3, lane)
  end
end

for _, member in ipairs(redis.call('ZRANGEBYSCORE', live, '-inf', '(' .. string.format('%.0f', now - lease))) do
  local name = string.sub(member, #prefix + 1)
  if string.sub(member, 1, #prefix) == prefix and not unfinished[name] then
    redis.call('ZREM', live, member)
    redis.pcall('XGROUP', 'DELCONSUMER', wake, group, name)
  end
end
for _ = 1, math.min(recovered, 100) do redis.call('XADD', wake, 'MAXLEN', 1000, '*', 'why', 'recovered') end
return {recovered, doomed, is_unfinished}
