--- How many items of a queue are held or ended. The other states are counted by the size of their index.
--- @include keys

local tallies = {}

local isCounted = { held = true, done = true, failed = true, cancelled = true }

--- queue → state → difference
local changed

function tallies.begin()
  changed = {}
end

local function count(queue, status, by)
  if not isCounted[status] then
    return
  end
  local states = changed[queue]
  if states == nil then
    states = {}
    changed[queue] = states
  end
  states[status] = (states[status] or 0) + by
end

--- Counts an item that went from one state to another; `nil` is "not stored".
function tallies.move(queue, from, to)
  count(queue, from, -1)
  count(queue, to, 1)
end

--- Makes the writes.
function tallies.flush()
  for queue, states in pairs(changed) do
    for status, by in pairs(states) do
      if by ~= 0 then
        redis.call("HINCRBY", keys.queue(queue).tally, status, by)
      end
    end
  end
  changed = {}
end

return tallies
