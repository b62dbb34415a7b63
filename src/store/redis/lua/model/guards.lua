--- What a call must hold.
--- @include args
--- @include refusals
--- @include space
--- @include items
--- @include groups
--- @include leases
--- @include records

local guards = {}

--- The item of a claim that still stands: the latest, not run out, its group not cancelled.
function guards.held(queue, id, token)
  local item = items.get(queue, id)
  if item == nil or item.status ~= "claimed" or item.token ~= token or item.deadlineMs <= space.nowMs then
    return nil
  end
  local group = groups.of(item)
  return not (group and group.cancelRequested) and item or nil
end

--- The same, or the call is refused.
function guards.requireHeld(queue, id, token)
  local item = guards.held(queue, id, token)
  if item == nil then
    local message = "the claim on " .. queue .. "/" .. id .. " is no longer held"
    refusals.refuse("stale-guard", message, "queue", queue, "id", id, "token", token)
  end
  return item
end

local function requireLease(name, token)
  if leases.held(name, token) == nil then
    refusals.refuse("stale-guard", "the lease " .. name .. " is no longer held", "lease", name, "token", token)
  end
end

local function requireRecord(key, version)
  local latest = records.version(key)
  if latest ~= version then
    local message = string.format("record %s is at version %.0f, no longer at %.0f", key, latest, version)
    refusals.refuse("stale-guard", message, "key", key, "version", version)
  end
end

--- Reads a guard (`""`; `claim queue id token`; `lease name token`; `record key version`) and refuses the call unless
--- it stands.
function guards.require()
  local kind = args.text()
  if kind == "claim" then
    guards.requireHeld(args.text(), args.text(), args.number())
  elseif kind == "lease" then
    requireLease(args.text(), args.number())
  elseif kind == "record" then
    requireRecord(args.text(), args.number())
  end
end

return guards
