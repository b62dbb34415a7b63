--- Items whose time has come. Call with nothing unsaved.
--- @include space
--- @include keys
--- @include indexes
--- @include items
--- @include states
--- @include retries

local due = {}

--- State → when the first item in it falls due, `false` if there is none. Not kept when items in it were moved, and of
--- no use when the call has moved any: the end of a group adds an item, which may be delayed.
local firstMs

function due.begin()
  firstMs = {}
end

local function readFirstMs(queue, status)
  local first = redis.call("ZRANGE", keys.queue(queue)[status], 0, 0, "WITHSCORES")
  return tonumber(first[2]) or false
end

local function each(queue, status, move)
  local atMs = readFirstMs(queue, status)
  if not atMs or atMs > space.nowMs then
    firstMs[status] = atMs
    return false
  end
  local ids = indexes.due(keys.queue(queue)[status], space.nowMs, bounds.movedAtOnce)
  items.prefetch(queue, ids)
  for at = 1, #ids do
    local item = items.get(queue, ids[at])
    if item and item.status == status then
      move(item)
    end
  end
  return true
end

--- Takes back claims that ran out. True if there were any.
function due.takeBackLost(queue)
  return each(queue, "claimed", retries.countLoss)
end

--- Moves delayed items that are due to waiting. True if there were any.
function due.wakeDelayed(queue)
  return each(queue, "delayed", states.place)
end

--- When the next delayed item or claim of the queue falls due, from now; `nil` if there is none. Call after the two
--- above. `handedUntilMs`: when claims that were made since then run out, `nil` if there are none.
function due.nextInMs(queue, handedUntilMs)
  local nextMs = handedUntilMs and indexes.instant(handedUntilMs) or math.huge
  for _, status in ipairs({ "delayed", "claimed" }) do
    local atMs = firstMs[status]
    if atMs == nil or space.isRevised() then
      atMs = readFirstMs(queue, status)
    end
    nextMs = math.min(nextMs, atMs or math.huge)
  end
  return nextMs < math.huge and math.max(0, nextMs - space.nowMs) or nil
end

return due
