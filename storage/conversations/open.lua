-- Claim a contact's turn and read what is remembered.
-- KEYS: conversation hash, reply. ARGV: our fence, milliseconds the lock lasts, a fence of ours that nobody holds.
-- Returns {'seen', reply} | {'busy', milliseconds left} | {'fresh', seq, state or nil, doubtful 0/1}.
-- Called again with the same fence it answers the same, so a lost answer may be asked for again.
local reply = redis.call('GET', KEYS[2])
if reply then
  return {'seen', reply}
end
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local hash = redis.call('HMGET', KEYS[1], 'fence', 'until', 'seq', 'state', 'doubt')
local fence, ends, seq, state, doubt = hash[1], tonumber(hash[2]), hash[3], hash[4], hash[5]
local foreign = fence and fence ~= ARGV[1]
if foreign and fence ~= ARGV[3] and now < ends then
  return {'busy', ends - now}
end
-- The expiry stands in the hash and not on a key of its own: a holder that never came back stays visible.
local doubtful = doubt or foreign or not seq
redis.call('HSET', KEYS[1], 'fence', ARGV[1], 'until', string.format('%d', now + tonumber(ARGV[2])))
if doubtful then
  redis.call('HSET', KEYS[1], 'doubt', '1')
end
return {'fresh', seq or '0', state, doubtful and 1 or 0}
