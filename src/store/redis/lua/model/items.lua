--- The rows of items, and the index entry that each state has. Moves change an item's fields alone: its index entries,
--- counters and row follow when it is written, from the state it was read in to the one it has.
--- @include chunks
--- @include keys
--- @include indexes
--- @include tallies

local items = {}

--- A waiting item's score is priority, then order: below 2^53, so that a double holds it exactly.
local ordersPerPriority = 2 ^ 45

--- queue → id → item, or `false` where there is none.
local known, changed

function items.begin()
  known, changed = {}, {}
end

local hasIndex = { waiting = true, delayed = true, claimed = true, dead = true }
local hasEnded = { done = true, failed = true, cancelled = true, dead = true }

--- `instant/order/id`: the order of death.
local function deadMember(item)
  return string.format("%016.0f/%016.0f/%s", indexes.instant(item.endedAtMs), item.order, item.id)
end

--- A row is what every item has, then three fields that depend on its state, then what few items have.
local function parse(queue, id, row)
  local status, priority, order, addedAtMs, failures, losses, claims, body, group, first, second, third, result,
    checkpoint, error, alone = cmsgpack.unpack(row)
  local item = {
    queue = queue, id = id, was = status, status = status, priority = priority, order = order, addedAtMs = addedAtMs,
    failures = failures, losses = losses, claims = claims, body = body, group = group, dueMs = nil, token = nil,
    owner = nil, deadlineMs = nil, endedAtMs = nil, expiresAtMs = nil, limit = nil, result = result,
    checkpoint = checkpoint, error = error, alone = alone, changed = nil,
  }
  if status == "claimed" then
    item.token, item.owner, item.deadlineMs = first, second, third
  elseif hasEnded[status] then
    item.endedAtMs, item.expiresAtMs, item.limit = first, second, third
    if status == "dead" then
      item.wasDead = deadMember(item)
    end
  else
    item.dueMs = first
  end
  return item
end

local function format(item)
  local first, second, third
  if item.status == "claimed" then
    first, second, third = item.token, item.owner, item.deadlineMs
  elseif hasEnded[item.status] then
    first, second, third = item.endedAtMs, item.expiresAtMs, item.limit
  else
    first = item.dueMs
  end
  local status, priority, order, addedAtMs = item.status, item.priority, item.order, item.addedAtMs
  local failures, losses, claims, body, group = item.failures, item.losses, item.claims, item.body, item.group
  if item.checkpoint or item.error or item.alone then
    return cmsgpack.pack(
      status, priority, order, addedAtMs, failures, losses, claims, body, group, first, second, third, item.result,
      item.checkpoint, item.error, item.alone
    )
  end
  -- Packing takes its time by the number of fields: those at the end that are nil are left out.
  if item.result then
    return cmsgpack.pack(
      status, priority, order, addedAtMs, failures, losses, claims, body, group, first, second, third, item.result
    )
  end
  if first then
    return cmsgpack.pack(
      status, priority, order, addedAtMs, failures, losses, claims, body, group, first, second, third
    )
  end
  return cmsgpack.pack(status, priority, order, addedAtMs, failures, losses, claims, body, group)
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

--- Takes in an item that the queue does not know, and returns it.
function items.create(item)
  local found = itemsOf(item.queue)
  -- One that was forgotten in this call leaves its index entries for the new one to clear.
  local old = found[item.id]
  if old then
    item.was, item.wasDead, old.replaced = old.was, old.wasDead, true
  end
  found[item.id] = item
  items.change(item)
  return item
end

--- The item will be removed. It has ended.
function items.forget(item)
  item.status = nil
  items.change(item)
end

function items.hasEnded(item)
  return hasEnded[item.status] == true
end

--- Where the item stands, or stood, among the waiting.
function items.waitingScore(item)
  return item.priority * ordersPerPriority + item.order
end

local function score(item)
  local status = item.status
  if status == "waiting" then
    return items.waitingScore(item)
  end
  return indexes.instant(status == "claimed" and item.deadlineMs or item.dueMs)
end

--- Where the waiting items of the next priority start.
function items.firstScoreAfter(priority)
  return (priority + 1) * ordersPerPriority
end

--- Elements of commands that `flush` gathers, by key.
local rowPuts, rowRemoves, puts, removes

local function put(key, member, at)
  local list = chunks.list(puts, key)
  local last = #list
  list[last + 1], list[last + 2] = at, member
end

local function remove(key, member)
  local list = chunks.list(removes, key)
  list[#list + 1] = member
end

local function moveEntry(item, queue)
  local was, status = item.was, item.status
  if hasIndex[was] and (was ~= status or was == "dead") then
    remove(queue[was], was == "dead" and item.wasDead or item.id)
  end
  if status == "dead" then
    item.wasDead = deadMember(item)
    put(queue.dead, item.wasDead, 0)
  elseif hasIndex[status] then
    put(queue[status], item.id, score(item))
  end
end

--- An item that has not ended is a member of its group; one that has will be forgotten.
local function moveEnd(item)
  local was, is = item.was, item.status
  if hasEnded[is] then
    put(keys.expiry, "item/" .. item.queue .. "/" .. item.id, indexes.instant(item.expiresAtMs))
  elseif hasEnded[was] then
    remove(keys.expiry, "item/" .. item.queue .. "/" .. item.id)
  end
  local group = item.group
  if group then
    local wasMember, isMember = was and not hasEnded[was], is and not hasEnded[is]
    if isMember and not wasMember then
      put(keys.members(group), item.queue .. "/" .. item.id, item.order)
    elseif wasMember and not isMember then
      remove(keys.members(group), item.queue .. "/" .. item.id)
    end
  end
end

local function move(item)
  local queue = keys.queue(item.queue)
  moveEntry(item, queue)
  moveEnd(item)
  if item.was ~= item.status then
    tallies.move(item.queue, item.was, item.status)
  end
  if item.status then
    local list = chunks.list(rowPuts, queue.items)
    local last = #list
    list[last + 1], list[last + 2] = item.id, format(item)
  else
    local list = chunks.list(rowRemoves, queue.items)
    list[#list + 1] = item.id
    known[item.queue][item.id] = false
  end
  item.was, item.changed = item.status, nil
end

--- Writes the items that changed. True if there were any.
function items.flush()
  if #changed == 0 then
    return false
  end
  rowPuts, rowRemoves, puts, removes = {}, {}, {}, {}
  for at = 1, #changed do
    if not changed[at].replaced then
      move(changed[at])
    end
  end
  changed = {}
  chunks.runAll("HDEL", rowRemoves)
  chunks.runAll("HSET", rowPuts)
  chunks.runAll("ZREM", removes)
  chunks.runAll("ZADD", puts)
  tallies.flush()
  return true
end

return items
