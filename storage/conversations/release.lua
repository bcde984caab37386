-- End a claim without saving, if it is still ours. KEYS: conversation hash. ARGV: fence, doubtful 0/1.
if redis.call('HGET', KEYS[1], 'fence') ~= ARGV[1] then
  return 0
end
if redis.call('HEXISTS', KEYS[1], 'seq') == 0 then
  redis.call('DEL', KEYS[1]) -- nothing was ever remembered, and what is missing is doubtful anyway
  return 1
end
redis.call('HDEL', KEYS[1], 'fence', 'until')
if ARGV[2] == '1' then
  redis.call('HSET', KEYS[1], 'doubt', '1')
end
return 1
