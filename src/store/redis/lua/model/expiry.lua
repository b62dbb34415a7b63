--- Forgets what is past its time.
--- @include space
--- @include keys
--- @include indexes
--- @include items
--- @include groups
--- @include states
--- @include records
--- @include leases
--- @include limits

local expiry = {}

local function expireItem(path)
  local item = items.at(path)
  if item and item.expiresAtMs and item.expiresAtMs <= space.nowMs then
    states.forget(item)
  end
end

local function expireGroup(name)
  local group = groups.get(name)
  if group == nil or group.expiresAtMs == nil or group.expiresAtMs > space.nowMs then
    return
  end
  if groups.isComplete(group) or group.cancelRequested then
    groups.remove(name)
  end
end

local expire = {
  item = expireItem,
  group = expireGroup,
  record = records.expire,
  lease = leases.expire,
  limit = limits.expire,
}

--- Forgets as many things as one call can make or end, so that the old never pile up. True if there was anything. Call with nothing unsaved.
function expiry.forget()
  local due = indexes.due(keys.expiry, space.nowMs, bounds.changes)
  for at = 1, #due do
    indexes.remove(keys.expiry, due[at])
    local kind, what = keys.split(due[at])
    expire[kind](what)
  end
  return #due > 0
end

return expiry
