--- Adds items.
--- @include refusals
--- @include space
--- @include items
--- @include texts
--- @include groups
--- @include states

local adding = {}

local function isKnown(queue, id)
  local item = items.get(queue, id)
  if item == nil then
    return false
  end
  if item.expiresAtMs == nil or item.expiresAtMs > space.nowMs then
    return true
  end
  states.forget(item)
  return false
end

local function store(queue, id, priority, delayMs, group, body)
  if group then
    local row = groups.change(group)
    row.planned = row.planned + 1
  end
  local item = items.create({
    queue = queue, id = id, was = nil, status = nil, priority = priority, order = space.nextOrder(),
    addedAtMs = space.nowMs, failures = 0, losses = 0, claims = 0, body = nil, group = group,
    dueMs = delayMs > 0 and space.nowMs + delayMs or nil, changed = nil,
  })
  texts.put(item, "body", body)
  states.place(item)
end

--- `priority delayMs group`, the group may be missing; empty text is an item without any of them.
local function readMeta(meta)
  if meta == "" then
    return bounds.defaultPriority, 0, nil
  end
  local priority, delayMs, group = string.match(meta, "^(%S+) (%S+) ?(.*)$")
  return tonumber(priority), tonumber(delayMs), group ~= "" and group or nil
end

--- Stores one item. False: the queue knows the id already, and nothing changed.
function adding.add(queue, id, meta, body)
  if isKnown(queue, id) then
    return false
  end
  local priority, delayMs, name = readMeta(meta)
  local group = name and groups.get(name)
  -- Complete before this operation: one that ends the last item and adds another goes on.
  if group and group.sealed and group.expiresAtMs and not group.cancelRequested then
    refusals.refuse("invalid", "group " .. name .. " is complete: it takes no more items", "queue", queue, "id", id)
  end
  store(queue, id, priority, delayMs, name, body)
  return true
end

--- Adds the item that follows the end of a group. Nobody is there to refuse it to, so a complete group takes it too.
function adding.addFollowUp(queue, id, meta, body)
  if not isKnown(queue, id) then
    local priority, delayMs, name = readMeta(meta)
    store(queue, id, priority, delayMs, name, body)
  end
end

return adding
