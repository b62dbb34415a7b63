--- `hold`, `resume` and `cancel` of a group set a flag, which holds for every later decision at once, and leave a sweep
--- behind: the order of the last member that was moved to where the flag wants it. The caller carries the sweep on in
--- bounded steps; should it die, claims of the space do.
--- @include space
--- @include keys
--- @include indexes
--- @include items
--- @include groups
--- @include states

local sweeps = {}

function sweeps.order(name, order)
  local group = groups.change(name)
  if order == "cancel" then
    group.cancelRequested = true
  else
    group.held = order == "hold"
  end
  indexes.put(keys.sweeps, name, 0)
  space.revision()
end

local function prefetch(paths)
  local byQueue = {}
  for at = 1, #paths do
    local queue, id = keys.split(paths[at])
    local ids = byQueue[queue] or {}
    byQueue[queue] = ids
    ids[#ids + 1] = id
  end
  for queue, ids in pairs(byQueue) do
    items.prefetch(queue, ids)
  end
end

local function moveMember(item, name)
  local group = groups.get(name)
  if group == nil or item == nil then
    return
  end
  if group.cancelRequested then
    states.finish(item, "cancelled")
  elseif item.status ~= "claimed" and group.held ~= (item.status == "held") then
    states.place(item)
  end
end

--- One step. True: the sweep is over. Call with nothing unsaved.
function sweeps.step(name)
  local cursor = redis.call("ZSCORE", keys.sweeps, name)
  if not cursor then
    return true
  end
  local range = { keys.members(name), "(" .. cursor, "+inf", "WITHSCORES", "LIMIT", 0, bounds.sweptAtOnce }
  local rows = redis.call("ZRANGEBYSCORE", unpack(range))
  local paths = {}
  for at = 1, #rows, 2 do
    paths[#paths + 1] = rows[at]
  end
  prefetch(paths)
  for at = 1, #paths do
    moveMember(items.at(paths[at]), name)
  end
  local over = #paths < bounds.sweptAtOnce
  if over then
    indexes.remove(keys.sweeps, name)
  else
    indexes.put(keys.sweeps, name, tonumber(rows[#rows]))
  end
  return over
end

--- Carries on a sweep that someone left behind: the one that has come least far. True if there was one.
function sweeps.stepSome()
  local first = redis.call("ZRANGE", keys.sweeps, 0, 0)
  if first[1] then
    sweeps.step(first[1])
  end
  return first[1] ~= nil
end

return sweeps
