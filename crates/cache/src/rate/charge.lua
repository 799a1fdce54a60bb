-- Takes a cost from each bucket, or from none. A cost below zero is put back, up to what a bucket holds. Time is Redis's own, so that nodes with different clocks agree.
-- ARGV: the cost, then for each key what its bucket holds and the milliseconds in which it fills.
-- Answers {the key's number, what it has left}, or {the key's number, 0, milliseconds to wait}.
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local cost = tonumber(ARGV[1])
local kept, tightest, least, longest, wait = {}, 1, nil, 1, 0
for i, key in ipairs(KEYS) do
  local capacity, fills = tonumber(ARGV[2 * i]), tonumber(ARGV[2 * i + 1])
  local row = redis.call('HMGET', key, 'tokens', 'at')
  local tokens, at = tonumber(row[1]) or capacity, tonumber(row[2]) or now
  tokens = math.min(capacity, tokens + math.max(0, now - at) * capacity / fills)
  local wanted = math.min(cost, capacity)
  if tokens < wanted then
    local needs = math.ceil((wanted - tokens) * fills / capacity)
    if needs > wait then longest, wait = i, needs end
  end
  kept[i] = math.min(capacity, tokens - wanted)
  if least == nil or kept[i] < least then tightest, least = i, kept[i] end
end
if wait > 0 then return {longest, 0, wait} end
for i, key in ipairs(KEYS) do
  redis.call('HSET', key, 'tokens', tostring(kept[i]), 'at', now)
  redis.call('PEXPIRE', key, ARGV[2 * i + 1])
end
return {tightest, math.floor(least)}
