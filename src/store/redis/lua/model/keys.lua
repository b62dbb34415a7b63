--- Where everything of one space lies. All keys start with the key of the space, whose hash tag keeps them in one slot.

local keys = {}

--- Queues whose keys are kept.
local keptAtMost = 100

local spaceKey, database, prefix, queues
local keptQueues = 0

--- Calls on one space tend to come one after another: its keys are kept.
function keys.begin()
  if spaceKey == KEYS[1] and database == ARGV[4] and keptQueues < keptAtMost then
    return
  end
  spaceKey, database, queues, keptQueues = KEYS[1], ARGV[4], {}, 0
  prefix = spaceKey .. ":"
  -- Hashes.
  keys.groups = prefix .. "groups"
  keys.records = prefix .. "records"
  -- Long values of records.
  keys.values = prefix .. "values"
  keys.leases = prefix .. "leases"
  keys.limits = prefix .. "limits"
  -- Owner → the item `queue/id` that it runs alone.
  keys.alone = prefix .. "alone"
  -- Sorted sets.
  -- Keys of records, all with score 0: in the order of their bytes.
  keys.recordKeys = prefix .. "record-keys"
  -- `kind/what` by the time when it is looked at.
  keys.expiry = prefix .. "expiry"
  -- Groups whose items are still being moved, by the order of the last one that was.
  keys.sweeps = prefix .. "sweeps"
  -- The channel on which revisions are told. All databases of a server share their channels.
  keys.revisions = prefix .. "revisions:" .. database
end

--- The keys of one queue. Hashes by item id: `items` (state), and `body`, `checkpoint`, `result` where they are long.
--- Sorted sets of ids: `waiting` (priority, then order), `delayed` and `claimed` (when they fall due). `dead` sorts by
--- its members, which start with the time of death. `tally` counts the other states.
function keys.queue(name)
  local queue = queues[name]
  if queue == nil then
    local suffix = ":" .. name
    queue = {
      items = prefix .. "items" .. suffix,
      body = prefix .. "bodies" .. suffix,
      checkpoint = prefix .. "checkpoints" .. suffix,
      result = prefix .. "results" .. suffix,
      waiting = prefix .. "waiting" .. suffix,
      delayed = prefix .. "delayed" .. suffix,
      claimed = prefix .. "claimed" .. suffix,
      dead = prefix .. "dead" .. suffix,
      tally = prefix .. "tally" .. suffix,
    }
    queues[name], keptQueues = queue, keptQueues + 1
  end
  return queue
end

--- Items `queue/id` of a group that have not ended, by their order.
function keys.members(group)
  return prefix .. "members:" .. group
end

--- Slot ids that are granted, by the time when they fall due.
function keys.grants(limit)
  return prefix .. "grants:" .. limit
end

--- Splits `queue/id`: names of queues have no slash.
function keys.split(path)
  local cut = string.find(path, "/", 1, true)
  return string.sub(path, 1, cut - 1), string.sub(path, cut + 1)
end

return keys
