--- How many items of a queue are in each state.
---
--- KEYS[1]: the space. ARGV[1..4]: the time (tests only, else ""), retainMs, retainDeadMs, the database.
--- ARGV: queue.
--- Reply: waiting, delayed, held, claimed, done, failed, cancelled, dead, then the age of the oldest waiting item as text
--- ("" if there is none).
--- @include args
--- @include items
--- @include keys
--- @include space

--- Looks at the first item of each priority in use: it was stored first.
local function oldestWaitingMs(name)
  local waiting = keys.queue(name).waiting
  local oldestMs
  local from = "-inf"
  while true do
    local id = redis.call("ZRANGEBYSCORE", waiting, from, "+inf", "LIMIT", 0, 1)[1]
    if id == nil then
      return oldestMs
    end
    local item = items.get(name, id)
    oldestMs = math.max(oldestMs or 0, space.nowMs - item.addedAtMs)
    from = items.firstScoreAfter(item.priority)
  end
end

local name = args.text()
local queue = keys.queue(name)
local tally = redis.call("HMGET", queue.tally, "held", "done", "failed", "cancelled")
local waiting = redis.call("ZCARD", queue.waiting)
local oldestMs = oldestWaitingMs(name)
return {
  waiting, redis.call("ZCARD", queue.delayed), tonumber(tally[1] or 0), redis.call("ZCARD", queue.claimed),
  tonumber(tally[2] or 0), tonumber(tally[3] or 0), tonumber(tally[4] or 0), redis.call("ZCARD", queue.dead),
  oldestMs and string.format("%.17g", oldestMs) or "",
}
