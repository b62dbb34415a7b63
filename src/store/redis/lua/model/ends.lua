--- Looks at every group that the call touched, after all of its changes: a group that is complete adds its `onComplete`
--- item, once in its life, and is forgotten later.
--- @include space
--- @include keys
--- @include indexes
--- @include groups
--- @include adding

local ends = {}

local retainMs, retainDeadMs

function ends.begin()
  retainMs, retainDeadMs = tonumber(ARGV[2]), tonumber(ARGV[3])
end

--- True if an item was added: it may be in a group itself.
local function addFollowUps()
  local added = false
  groups.eachTouched(function(name, group)
    if group.onComplete and groups.isComplete(group) then
      local queue, id, meta, body = cmsgpack.unpack(group.onComplete)
      groups.change(name).onComplete = nil
      adding.addFollowUp(queue, id, meta, body)
      added = true
    end
  end)
  return added
end

local function keepExpiry(name, group)
  local ended = groups.isComplete(group) or (group.cancelRequested and groups.allEnded(group))
  if ended == (group.expiresAtMs ~= nil) then
    return
  end
  if group.expiresAtMs then
    indexes.remove(keys.expiry, "group/" .. name)
    groups.change(name).expiresAtMs = nil
    return
  end
  local expiresAtMs = space.nowMs + (group.dead > 0 and math.max(retainMs, retainDeadMs) or retainMs)
  groups.change(name).expiresAtMs = expiresAtMs
  indexes.put(keys.expiry, "group/" .. name, indexes.instant(expiresAtMs))
end

function ends.endGroups()
  repeat
    local added = addFollowUps()
  until not added
  groups.eachTouched(keepExpiry)
  groups.settle()
end

return ends
