-- Takes one slot of a limit (GCRA, governor's arithmetic): gives 0, or the microseconds until there is one.
-- KEYS[1]: the moment at which all slots are free again. ARGV: period; period * (burst - 1); now, or '' for the server's clock.
local now = tonumber(ARGV[3])
local held = now ~= nil
if not held then
    local time = redis.call('TIME')
    now = time[1] * 1000000 + time[2]
end
local free = tonumber(redis.call('GET', KEYS[1])) or now
local earliest = free - ARGV[2]
if now < earliest then
    return earliest - now
end
free = math.max(free, now) + ARGV[1]
-- A clock that stands still says nothing about when a count may be forgotten.
local kept = held and 3600000 or math.ceil((free - now) / 1000)
redis.call('SET', KEYS[1], string.format('%.0f', free), 'PX', string.format('%.0f', kept))
return 0
