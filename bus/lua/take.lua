-- Take up to `room` entries for a consumer: lane by lane, what others gave back or lost first, then what is new.
-- For each favoured lane, one entry of it comes before all others (or of the lowest lane that has one).
--
-- KEYS  retry, wake, paused, cancelled, then lanes, most urgent first
-- ARGV  group, consumer, orphans, room, last chance at, bury at, may take a last chance (1 or 0), favoured lanes, a
--       digit each, ids of wake entries that are done with...
-- Returns {ms until the next delayed message is due or -1, 1 when something was left that may be taken later,
-- 1 when the queue is paused (then there are no rows), ids of cancelled messages,
-- rows {lane index, entry id, deliveries, counted, fields}}.
--
-- `deliveries` counts the starts of an entry. A new entry is counted here; an orphan is counted when it is started
-- (mark_started), so that lying in the hands of a process that dies is not held against it. An entry whose next crash
-- would bury it is taken one at a time, so that it is not buried for what a neighbour did.
local retry, wake, paused, cancelled = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local group, consumer, orphans = ARGV[1], ARGV[2], ARGV[3]
local room, last_chance_at, bury_at = tonumber(ARGV[4]), tonumber(ARGV[5]), tonumber(ARGV[6])
local may_take_last_chance, favoured = ARGV[7] == '1', ARGV[8]
local page = 100
local taken, is_left = {}, 0

local function take_orphans(index, lane)
  local from = '-'
  while room > 0 do
    local rows = redis.call('XPENDING', lane, group, from, '+', page, orphans)
    for _, row in ipairs(rows) do
      local id, deliveries = row[1], row[4]
      local is_last_chance = deliveries > 0 and deliveries >= last_chance_at
      if is_last_chance and not may_take_last_chance then
        is_left = 1
      elseif room > 0 and deliveries < bury_at then
        local claimed = redis.call('XCLAIM', lane, group, consumer, 0, id, 'RETRYCOUNT', deliveries)
        if claimed[1] then
          taken[#taken + 1] = {index, id, deliveries, 0, claimed[1][2]}
          room = room - 1
          if is_last_chance then may_take_last_chance = false end
        end
      end
      from = '(' .. id
    end
    if #rows < page then break end
  end
end

local function take_new(index, lane)
  local reply = redis.call('XREADGROUP', 'GROUP', group, consumer, 'COUNT', room, 'STREAMS', lane, '>')
  if reply then
    for _, entry in ipairs(reply[1][2]) do
      taken[#taken + 1] = {index, entry[1], 1, 1, entry[2]}
      room = room - 1
    end
  end
end

for arg = 9, #ARGV do
  redis.call('XACK', wake, group, ARGV[arg])
  redis.call('XDEL', wake, ARGV[arg])
end

local function take_from(index)
  if room > 0 then take_orphans(index, KEYS[index + 4]) end
  if room > 0 then take_new(index, KEYS[index + 4]) end
end

local function take_one_of(lanes)
  local whole, before = room, #taken
  room = 1
  for _, index in ipairs(lanes) do take_from(index) end
  room = whole - (#taken - before)
end

local is_paused = redis.call('EXISTS', paused)
if is_paused == 0 then
  for lane in favoured:gmatch('%d') do take_one_of({tonumber(lane), #KEYS - 4, #KEYS - 5}) end
  for index = 1, #KEYS - 4 do take_from(index) end
end

local due = -1
local first = redis.call('ZRANGE', retry, 0, 0, 'WITHSCORES')
if first[2] then
  local time = redis.call('TIME')
  due = math.max(0, first[2] - time[1] * 1000 - math.floor(time[2] / 1000))
end
local gone = redis.call('EXISTS', cancelled) == 1 and redis.call('ZRANGE', cancelled, 0, -1) or {}
return {due, is_left, is_paused, gone, taken}
