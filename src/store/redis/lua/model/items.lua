--- The rows of items, and the index entry that each state has. Moves change an item's fields alone: its index entries,
--- counters and row follow when it is written, from the state it was read in to the one it has.
--- @include keys
--- @include rows
--- @include indexes
--- @include tallies

local items = {}

--- A waiting item's score is priority, then order: below 2^53, so that a double holds it exactly.
local ordersPerPriority = 2 ^ 45

--- queue → id → item, or `false` where there is none.
local known = {}
local changed = {}

local hasIndex = { waiting = true, delayed = true, claimed = true, dead = true }
local hasEnded = { done = true, failed = true, cancelled = true, dead = true }

--- `instant/order/id`: the order of death.
local function deadMember(item)
  return string.format("%016.0f/%016.0f/%s", indexes.instant(item.endedAtMs), item.order, item.id)
end

local function parse(queue, id, row)
  local status, priority, order, addedAtMs, group, dueMs, failures, losses, claims, token, owner, deadlineMs, alone,
    error, limit, endedAtMs, expiresAtMs, body, checkpoint, result = cmsgpack.unpack(row)
  local item = {
    queue = queue, id = id, was = status, status = status, priority = priority, order = order, addedAtMs = addedAtMs,
    group = group, dueMs = dueMs, failures = failures, losses = losses, claims = claims, token = token, owner = owner,
    deadlineMs = deadlineMs, alone = alone, error = error, limit = limit, endedAtMs = endedAtMs,
    expiresAtMs = expiresAtMs, body = body, checkpoint = checkpoint, result = result, wasDead = nil, changed = nil,
  }
  if status == "dead" then
    item.wasDead = deadMember(item)
  end
  return item
end

local function format(item)
  return cmsgpack.pack(
    item.status, item.priority, item.order, item.addedAtMs, item.group, item.dueMs, item.failures, item.losses,
    item.claims, item.token, item.owner, item.deadlineMs, item.alone, item.error, item.limit, item.endedAtMs,
    item.expiresAtMs, item.body, item.checkpoint, item.result
  )
end

local function itemsOf(queue)
  local found = known[queue]
  if found == nil then
    found = {}
    known[queue] = found
  end
  return found
end

--- Reads items at once that will be asked for.
function items.prefetch(queue, ids)
  local found = itemsOf(queue)
  local missing = {}
  for at = 1, #ids do
    if found[ids[at]] == nil then
      missing[#missing + 1] = ids[at]
    end
  end
  local texts = chunks.fields(keys.queue(queue).items, missing)
  for at = 1, #missing do
    local text = texts[at]
    found[missing[at]] = text and parse(queue, missing[at], text)
  end
end

--- The item, `nil` if the queue does not know it.
function items.get(queue, id)
  local found = itemsOf(queue)
  local item = found[id]
  if item == nil then
    local text = redis.call("HGET", keys.queue(queue).items, id)
    item = text and parse(queue, id, text)
    found[id] = item
  end
  return item or nil
end

--- The same for `queue/id`.
function items.at(path)
  return items.get(keys.split(path))
end

--- The item will be written.
function items.change(item)
  if not item.changed then
    item.changed = true
    changed[#changed + 1] = item
  end
end

--- Makes an item that the queue does not know.
function items.create(item)
  local found = itemsOf(item.queue)
  -- One that was forgotten in this call leaves its index entries for the new one to clear.
  local old = found[item.id]
  if old then
    item.was, item.wasDead, old.replaced = old.was, old.wasDead, true
  end
  found[item.id] = item
  items.change(item)
end

--- The item will be removed. It has ended.
function items.forget(item)
  item.status = nil
  items.change(item)
end

function items.hasEnded(item)
  return hasEnded[item.status] == true
end

local function score(item)
  local status = item.status
  if status == "waiting" then
    return item.priority * ordersPerPriority + item.order
  end
  return indexes.instant(status == "claimed" and item.deadlineMs or item.dueMs)
end

--- Where the waiting items of the next priority start.
function items.firstScoreAfter(priority)
  return (priority + 1) * ordersPerPriority
end

local function moveEntry(item, queue)
  local was, status = item.was, item.status
  if hasIndex[was] and (was ~= status or was == "dead") then
    indexes.remove(queue[was], was == "dead" and item.wasDead or item.id)
  end
  if status == "dead" then
    item.wasDead = deadMember(item)
    indexes.put(queue.dead, item.wasDead, 0)
  elseif hasIndex[status] then
    indexes.put(queue[status], item.id, score(item))
  end
end

local function moveMembership(item)
  local was, is = item.was and not hasEnded[item.was], item.status and not hasEnded[item.status]
  if is and not was then
    indexes.put(keys.members(item.group), item.queue .. "/" .. item.id, item.order)
  elseif was and not is then
    indexes.remove(keys.members(item.group), item.queue .. "/" .. item.id)
  end
end

local function moveExpiry(item)
  if hasEnded[item.status] then
    indexes.put(keys.expiry, "item/" .. item.queue .. "/" .. item.id, indexes.instant(item.expiresAtMs))
  elseif hasEnded[item.was] then
    indexes.remove(keys.expiry, "item/" .. item.queue .. "/" .. item.id)
  end
end

--- Hands what changed to the drafts of rows, indexes and tallies.
function items.flush()
  for at = 1, #changed do
    local item = changed[at]
    if not item.replaced then
      local queue = keys.queue(item.queue)
      moveEntry(item, queue)
      moveExpiry(item)
      if item.group then
        moveMembership(item)
      end
      if item.was ~= item.status then
        tallies.move(item.queue, item.was, item.status)
      end
      if item.status then
        rows.put(queue.items, item.id, format(item))
      else
        rows.remove(queue.items, item.id)
        known[item.queue][item.id] = false
      end
      item.was, item.changed = item.status, nil
    end
  end
  changed = {}
end

return items
