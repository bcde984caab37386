-- Set a value if there is none. KEYS: entry. ARGV: value, milliseconds. Returns nil when set, else what stands there.
local stands = redis.call('GET', KEYS[1])
if not stands then
  redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
end
return stands
