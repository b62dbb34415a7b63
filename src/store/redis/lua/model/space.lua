--- The space of this call: its counters, its time, and the revision that the call takes. One string, the key
--- of the space itself, holds them: every call reads it.
---
--- ARGV[1] is the server's time in milliseconds, given by tests only: otherwise the server tells it.

local space = {}

--- How far the stored time may fall behind while nothing else is written.
local clockLagMs = 1000

local revision, token, order, clockMs, aheadMs
local revised, counted, stepped

local function serverMs()
  if ARGV[1] ~= "" then
    return tonumber(ARGV[1])
  end
  local time = redis.call("TIME")
  return time[1] * 1000 + math.floor(time[2] / 1000)
end

--- The time of the space goes on from where it was when the server's clock steps back, by operator or failover: a step
--- neither revives what has run out nor keeps anything from running out.
local function goOn()
  local nowMs = serverMs() + aheadMs
  stepped = nowMs < clockMs
  if stepped then
    aheadMs = aheadMs + (clockMs - nowMs)
    nowMs = clockMs
  end
  space.nowMs = nowMs
end

function space.begin()
  revision, token, order, clockMs, aheadMs = 0, 0, 0, 0, 0
  local stored = redis.call("GET", KEYS[1])
  if stored then
    revision, token, order, clockMs, aheadMs = cmsgpack.unpack(stored)
  end
  revised, counted = false, false
  goOn()
end

--- A time of the space as a time of the server.
function space.toServerMs(ms)
  return ms - aheadMs
end

--- The revision of the latest commit.
function space.latest()
  return revision
end

--- The place of this call in the order of the space. Whoever waits for a change sees it.
function space.revision()
  if not revised then
    revision = revision + 1
    revised, counted = true, true
  end
  return revision
end

function space.isRevised()
  return revised
end

function space.nextToken()
  token, counted = token + 1, true
  return token
end

function space.nextOrder()
  order, counted = order + 1, true
  return order
end

--- Writes the counters and the time, if they changed or `wrote` says that something else was written. A step back is
--- always written down: time would stand still until the server's clock is there again.
function space.save(wrote)
  local nowMs = space.nowMs
  if not (wrote or counted or stepped or nowMs - clockMs > clockLagMs) then
    return
  end
  counted, stepped, clockMs = false, false, nowMs
  redis.call("SET", KEYS[1], cmsgpack.pack(revision, token, order, clockMs, aheadMs))
end

return space
