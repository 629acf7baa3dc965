-- Write messages to their lanes: everything or nothing, for a server without memory refuses the first.
--
-- KEYS  lanes
-- ARGV  for each run of messages that lie in one lane and have the same fields:
--         number of the lane among KEYS, number of messages, <n>, <n field names>, n values of each message
local arg = 1
while arg < #ARGV do
  local lane, messages, n = KEYS[tonumber(ARGV[arg])], tonumber(ARGV[arg + 1]), tonumber(ARGV[arg + 2])
  local entry = {}
  for field = 1, n do entry[2 * field - 1] = ARGV[arg + 2 + field] end
  arg = arg + 3 + n
  for _ = 1, messages do
    for field = 1, n do entry[2 * field] = ARGV[arg + field - 1] end
    redis.call('XADD', lane, '*', unpack(entry))
    arg = arg + n
  end
end
