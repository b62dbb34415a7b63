--- Items whose time has come. Call with nothing unsaved.
--- @include space
--- @include keys
--- @include indexes
--- @include items
--- @include states
--- @include retries

local due = {}

local function each(queue, status, move)
  local ids = indexes.due(keys.queue(queue)[status], space.nowMs, bounds.movedAtOnce)
  items.prefetch(queue, ids)
  for at = 1, #ids do
    local item = items.get(queue, ids[at])
    if item and item.status == status then
      move(item)
    end
  end
  return #ids > 0
end

--- Takes back claims that ran out. True if there were any.
function due.takeBackLost(queue)
  return each(queue, "claimed", retries.countLoss)
end

--- Moves delayed items that are due to waiting. True if there were any.
function due.wakeDelayed(queue)
  return each(queue, "delayed", states.place)
end

--- When the next delayed item or claim of the queue falls due, from now; `nil` if there is none.
function due.nextInMs(queue)
  local nextMs
  for _, status in ipairs({ "delayed", "claimed" }) do
    local first = redis.call("ZRANGE", keys.queue(queue)[status], 0, 0, "WITHSCORES")
    local atMs = tonumber(first[2])
    if atMs and (nextMs == nil or atMs < nextMs) then
      nextMs = atMs
    end
  end
  return nextMs and math.max(0, nextMs - space.nowMs)
end

return due
