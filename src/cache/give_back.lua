-- Gives back a slot that gcra.lua took. KEYS[1]: as there. ARGV: period.
local free = tonumber(redis.call('GET', KEYS[1]))
if free then
    redis.call('SET', KEYS[1], string.format('%.0f', free - ARGV[1]), 'KEEPTTL')
end
return 0
