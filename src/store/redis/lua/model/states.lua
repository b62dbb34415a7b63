--- The states of an item. Every move goes through here.
---
---   waiting, delayed, held  --claim-->  claimed  --finish, cancel, retry limit-->  done, failed, cancelled, dead
---          ^------------- release, claim ran out -----|                                             |
---          ^--------------------------------- replay -----------------------------------------------|
--- @include space
--- @include keys
--- @include rows
--- @include items
--- @include texts
--- @include groups

local states = {}

local retainMs, retainDeadMs

function states.begin()
  retainMs, retainDeadMs = tonumber(ARGV[2]), tonumber(ARGV[3])
end

--- Clears what the state of an item left outside of its index entry.
local function leave(item)
  if item.status == "claimed" then
    -- The owner may run another item alone by now: this claim can have run out long before anyone takes it back.
    if item.alone and rows.get(keys.alone, item.owner) == item.queue .. "/" .. item.id then
      rows.remove(keys.alone, item.owner)
    end
    item.token, item.owner, item.deadlineMs, item.alone = nil, nil, nil, nil
  elseif items.hasEnded(item) then
    item.expiresAtMs, item.endedAtMs, item.limit = nil, nil, nil
  end
end

local function settle(item, outcome)
  item.status, item.dueMs, item.endedAtMs = outcome, nil, space.nowMs
  item.expiresAtMs = space.nowMs + (outcome == "dead" and retainDeadMs or retainMs)
  if outcome ~= "dead" then
    -- A dead letter keeps what a replay needs.
    texts.drop(item, "body")
    texts.drop(item, "checkpoint")
  end
  if item.group then
    local group = groups.change(item.group)
    group[outcome] = group[outcome] + 1
  end
  items.change(item)
  space.revision()
end

--- Puts an item that has not ended, and that nobody holds, where it belongs now.
function states.place(item)
  local group = groups.of(item)
  leave(item)
  if group and group.cancelRequested then
    return settle(item, "cancelled")
  end
  if group and group.held then
    item.status = "held"
  elseif item.dueMs and item.dueMs > space.nowMs then
    item.status = "delayed"
  else
    item.status, item.dueMs = "waiting", nil
  end
  items.change(item)
  space.revision()
end

--- Hands an item that nobody holds to an owner.
function states.hold(item, token, owner, deadlineMs, alone)
  leave(item)
  item.status, item.dueMs, item.claims = "claimed", nil, item.claims + 1
  item.token, item.owner, item.deadlineMs, item.alone = token, owner, deadlineMs, alone or nil
  if alone then
    rows.put(keys.alone, owner, item.queue .. "/" .. item.id)
  end
  items.change(item)
end

--- Moves the deadline of a claim.
function states.prolong(item, deadlineMs)
  item.deadlineMs = deadlineMs
  items.change(item)
end

--- Ends an item that has not ended.
function states.finish(item, outcome)
  leave(item)
  settle(item, outcome)
end

--- Ends an item that reached a limit: "failures" or "losses".
function states.die(item, limit)
  states.finish(item, "dead")
  item.limit = limit
end

--- Puts a dead item back.
function states.revive(item)
  if item.group then
    local group = groups.change(item.group)
    if group.dead > 0 then
      group.dead = group.dead - 1
    else
      group.planned = group.planned + 1
    end
  end
  item.failures, item.losses = 0, 0
  states.place(item)
end

--- Forgets an item that has ended.
function states.forget(item)
  for _, kind in ipairs({ "body", "checkpoint", "result" }) do
    texts.drop(item, kind)
  end
  items.forget(item)
end

return states
