-- Save a turn and end its claim, if the claim is still ours.
-- KEYS: conversation hash, reply. ARGV: fence, seq, state, reply, milliseconds the reply is kept.
-- Returns 1 when saved (also when an earlier call with this fence did it), 0 when the claim is lost.
local hash = redis.call('HMGET', KEYS[1], 'fence', 'last')
if hash[1] ~= ARGV[1] then
  return hash[2] == ARGV[1] and 1 or 0
end
redis.call('HSET', KEYS[1], 'seq', ARGV[2], 'state', ARGV[3], 'last', ARGV[1])
redis.call('HDEL', KEYS[1], 'fence', 'until', 'doubt')
redis.call('SET', KEYS[2], ARGV[4], 'PX', ARGV[5])
return 1
