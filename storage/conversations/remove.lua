-- Remove an entry if it has this value. KEYS: entry. ARGV: value. Returns how many were removed.
if redis.call('GET', KEYS[1]) == ARGV[1] then
  return redis.call('DEL', KEYS[1])
end
return 0
