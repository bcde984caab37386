-- Add one to a counter that lives from its first count. KEYS: counter. ARGV: milliseconds. Returns the count.
local counted = redis.call('INCR', KEYS[1])
if counted == 1 then
  redis.call('PEXPIRE', KEYS[1], ARGV[1])
end
return counted
