--- The rows of groups, and those that this call touched.
--- @include keys
--- @include rows

local groups = {}

--- name → group, or `false` where there is none.
local known, changed
--- Names in the order in which they were touched, and whether they still count as touched.
local touched, isTouched

function groups.begin()
  known, changed, touched, isTouched = {}, {}, {}, {}
end

local function parse(text)
  local planned, done, failed, cancelled, dead, sealed, held, cancelRequested, onComplete, expiresAtMs =
    cmsgpack.unpack(text)
  return {
    planned = planned, done = done, failed = failed, cancelled = cancelled, dead = dead, sealed = sealed, held = held,
    cancelRequested = cancelRequested, onComplete = onComplete, expiresAtMs = expiresAtMs,
  }
end

local function format(group)
  return cmsgpack.pack(
    group.planned, group.done, group.failed, group.cancelled, group.dead, group.sealed, group.held,
    group.cancelRequested, group.onComplete, group.expiresAtMs
  )
end

--- The group to look at, `nil` if there is none.
function groups.get(name)
  local group = known[name]
  if group == nil then
    local text = rows.get(keys.groups, name)
    group = text and parse(text) or false
    known[name] = group
  end
  return group or nil
end

--- The group of an item, if it has one.
function groups.of(item)
  return item.group and groups.get(item.group)
end

--- The group to change; made if there is none.
function groups.change(name)
  local group = groups.get(name)
  if group == nil then
    group = {
      planned = 0, done = 0, failed = 0, cancelled = 0, dead = 0, sealed = false, held = false, cancelRequested = false,
    }
    known[name] = group
  end
  if not isTouched[name] then
    isTouched[name] = true
    touched[#touched + 1] = name
  end
  changed[name] = true
  return group
end

function groups.remove(name)
  known[name], changed[name], isTouched[name] = false, nil, nil
  rows.remove(keys.groups, name)
end

--- Calls `look(name, group)` for each group that was touched, those included that `look` touches.
function groups.eachTouched(look)
  local at = 1
  while touched[at] do
    local name = touched[at]
    local group = isTouched[name] and groups.get(name)
    if group then
      look(name, group)
    end
    at = at + 1
  end
end

--- None counts as touched any more.
function groups.settle()
  touched, isTouched = {}, {}
end

--- Every planned item has ended. Dead letters count as ended.
function groups.allEnded(group)
  return group.planned == group.done + group.failed + group.cancelled + group.dead
end

function groups.isComplete(group)
  return group.sealed and groups.allEnded(group)
end

--- Hands what changed to the draft of rows.
function groups.flush()
  for name in pairs(changed) do
    local group = known[name]
    if group then
      rows.put(keys.groups, name, format(group))
    end
  end
  changed = {}
end

return groups
