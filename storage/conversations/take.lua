-- Reserve the next places in a paced queue (GCRA). KEYS: queue. ARGV: places, microseconds between two, burst (places).
-- Returns the microseconds to wait; the server's clock counts.
local clock = redis.call('TIME')
local now = clock[1] * 1000000 + clock[2]
local between = tonumber(ARGV[2])
local due = tonumber(redis.call('GET', KEYS[1]) or now)
if due < now then
  due = now
end
due = due + ARGV[1] * between
redis.call('SET', KEYS[1], string.format('%.0f', due), 'PX', math.ceil((due - now) / 1000) + 1000)
local wait = due - ARGV[3] * between - now
if wait < 0 then
  wait = 0
end
return math.ceil(wait)
