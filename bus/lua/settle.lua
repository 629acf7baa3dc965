-- Publish messages and, when an entry is named, finish that entry: everything or nothing.
--
-- KEYS  the lane of the entry (only when one is named), then the keys of each operation, in order
-- ARGV  group, owner, entry id or '', then operations:
--         now    <n> <n field/value strings>                                  keys: lane
--         later  <enqueue id> <delay ms> <priority> <n> <n strings>           keys: retry, retry bodies, wake
--         once   <remember ms>, before one of the two above                   keys: mark
--         unique <hold ms> <message id>, before one of the two above          keys: claim
--         free   <message id>                                                 keys: claim
--         dead   <keep ms> <keep at most> <n> <n strings>                     keys: dead letters
-- `once` leaves the operation after it out when its mark is there already, and leaves the mark otherwise. `unique` leaves
-- it out while another message holds the claim, and holds it otherwise; `free` gives up a claim that the message holds.
-- Returns {1, and for each that was left out because of a claim: its number from 1, the id of the holder} when written;
-- {0} when the entry is not pending for this owner (reclaimed, or settled before by a call whose
-- answer was lost): then nothing is written.
--
-- Publishing comes before acknowledging: a server without memory refuses the first XADD, and with it the whole script.
local group, owner, entry = ARGV[1], ARGV[2], ARGV[3]
local key, arg = 1, 4
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)

if entry ~= '' then
  local mine = redis.pcall('XPENDING', KEYS[1], group, entry, entry, 1, owner)
  if mine.err and not string.find(mine.err, 'NOGROUP', 1, true) then return mine end
  if mine.err or #mine == 0 then return {0} end
  key = 2
end

local function fields()
  local out = {}
  local n = tonumber(ARGV[arg])
  for i = 1, n do out[i] = ARGV[arg + i] end
  arg = arg + n + 1
  return out
end

local leave_out = false
local answer = {1}
local number = 0

local function is_left_out()
  local is_out = leave_out
  leave_out = false
  return is_out
end

while arg <= #ARGV do
  local operation = ARGV[arg]
  if operation == 'now' then
    arg, number = arg + 1, number + 1
    local message = fields()
    if not is_left_out() then redis.call('XADD', KEYS[key], '*', unpack(message)) end
    key = key + 1
  elseif operation == 'once' then
    leave_out = leave_out or not redis.call('SET', KEYS[key], 1, 'NX', 'PX', ARGV[arg + 1])
    key, arg = key + 1, arg + 2
  elseif operation == 'unique' then
    local id = ARGV[arg + 2]
    if not redis.call('SET', KEYS[key], id, 'NX', 'PX', ARGV[arg + 1]) then
      local holder = redis.call('GET', KEYS[key])
      if holder ~= id then
        leave_out = true
        answer[#answer + 1] = number + 1
        answer[#answer + 1] = holder
      end
    end
    key, arg = key + 1, arg + 3
  elseif operation == 'free' then
    if redis.call('GET', KEYS[key]) == ARGV[arg + 1] then redis.call('DEL', KEYS[key]) end
    key, arg = key + 1, arg + 2
  elseif operation == 'later' then
    local id, due, priority = ARGV[arg + 1], now + tonumber(ARGV[arg + 2]), ARGV[arg + 3]
    arg, number = arg + 4, number + 1
    local message = fields()
    if not is_left_out() then
      redis.call('HSET', KEYS[key + 1], id, cmsgpack.pack({priority, message}))
      redis.call('ZADD', KEYS[key], due, id)
      -- Somebody has to know that something is due sooner than all that was known of.
      if redis.call('ZRANGE', KEYS[key], 0, 0)[1] == id then
        redis.call('XADD', KEYS[key + 2], 'MAXLEN', 1000, '*', 'why', 'delayed')
      end
    end
    key = key + 3
  elseif operation == 'dead' then
    local oldest, most = now - tonumber(ARGV[arg + 1]), ARGV[arg + 2]
    arg = arg + 3
    local letter = fields()
    letter[#letter + 1] = 'failed_at_ms'
    letter[#letter + 1] = string.format('%.0f', now)
    redis.call('XADD', KEYS[key], '*', unpack(letter))
    redis.call('XTRIM', KEYS[key], 'MINID', string.format('%.0f', oldest))
    redis.call('XTRIM', KEYS[key], 'MAXLEN', most)
    key = key + 1
  else
    return redis.error_reply('ERR unknown operation ' .. operation)
  end
end

if entry ~= '' then
  redis.call('XACK', KEYS[1], group, entry)
  redis.call('XDEL', KEYS[1], entry)
end
return answer
