--- Rates by the generic cell rate algorithm, over all holders. The reasons are in src/store/model/limits.ts; the
--- spacing, which follows from them, comes from there with each call.
--- @include space
--- @include keys
--- @include rows
--- @include indexes
--- @include draft

local limits = {}

--- When the next slot would start if slots were evenly spaced, and how many grants are not released.
local function read(key)
  local text = rows.get(keys.limits, key)
  if text == nil then
    return 0, 0
  end
  return cmsgpack.unpack(text)
end

local function put(key, arrivalMs, granted)
  rows.put(keys.limits, key, cmsgpack.pack(arrivalMs, granted))
end

--- Takes back grants that ran out.
local function clean(key, most)
  local arrivalMs, granted = read(key)
  if granted == 0 then
    return arrivalMs, granted
  end
  local out = indexes.due(keys.grants(key), space.nowMs, most)
  for at = 1, #out do
    indexes.remove(keys.grants(key), out[at])
  end
  if #out > 0 then
    granted = granted - #out
    put(key, arrivalMs, granted)
  end
  return arrivalMs, granted
end

--- When the first grant falls due, from now.
local function firstReleaseInMs(key)
  draft.flush()
  local first = redis.call("ZRANGE", keys.grants(key), 0, 0, "WITHSCORES")
  local dueMs = tonumber(first[2])
  return dueMs and math.min(bounds.askAgainMs, math.max(1, dueMs - space.nowMs)) or bounds.askAgainMs
end

--- The id of a slot: when it falls due, and a number of its own.
local function slotId(expiresAtMs)
  return string.format("%016.0f-%016.0f", indexes.instant(expiresAtMs), space.nextToken())
end

--- Grants slots. `wish` has `n`, `spacingMs`, `burst`, `concurrent` (may be nil), `heldMs` (how long after its start a
--- slot falls due). Returns ids, starts, and when to ask again if there are none.
function limits.reserve(key, wish)
  local nowMs = space.nowMs
  local arrivalMs, granted = clean(key, bounds.cleanedAtOnce)
  local isNew = rows.get(keys.limits, key) == nil

  local free = wish.concurrent and math.min(wish.n, wish.concurrent - granted) or wish.n
  if free <= 0 then
    return {}, {}, firstReleaseInMs(key)
  end

  local toleranceMs = wish.burst * wish.spacingMs
  local ids, starts = {}, {}
  local startMs = math.max(nowMs, arrivalMs - toleranceMs)
  local firstInMs = startMs - nowMs
  while #ids < free and startMs <= nowMs + bounds.horizonMs do
    ids[#ids + 1], starts[#starts + 1] = slotId(startMs + wish.heldMs), startMs
    arrivalMs = math.max(arrivalMs, startMs) + wish.spacingMs
    startMs = math.max(nowMs, arrivalMs - toleranceMs)
  end
  if #ids == 0 then
    return ids, starts, math.max(1, firstInMs - bounds.horizonMs)
  end

  if wish.concurrent then
    for at = 1, #ids do
      indexes.put(keys.grants(key), ids[at], indexes.instant(starts[at] + wish.heldMs))
    end
    granted = granted + #ids
  end
  put(key, arrivalMs, granted)
  if isNew then
    indexes.put(keys.expiry, "limit/" .. key, indexes.instant(nowMs + bounds.idleMs))
  end
  return ids, starts, 0
end

--- Ends grants. Unknown ids are ignored.
function limits.release(key, ids)
  local arrivalMs, granted = read(key)
  local left, seen = granted, {}
  for at = 1, #ids do
    local id = ids[at]
    if not seen[id] and redis.call("ZSCORE", keys.grants(key), id) then
      indexes.remove(keys.grants(key), id)
      left = left - 1
    end
    seen[id] = true
  end
  if left ~= granted then
    put(key, arrivalMs, left)
  end
end

--- Forgets a limit that nobody uses; one in use is looked at again later.
function limits.expire(key)
  if rows.get(keys.limits, key) == nil then
    return
  end
  local arrivalMs, granted = clean(key, bounds.cleanedWhenIdle)
  if arrivalMs <= space.nowMs and granted == 0 then
    rows.remove(keys.limits, key)
  else
    indexes.put(keys.expiry, "limit/" .. key, indexes.instant(space.nowMs + bounds.idleMs))
  end
end

return limits
