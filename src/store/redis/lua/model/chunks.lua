--- Commands with any number of elements, in pieces: Lua can pass about 8,000 values to one call.

local chunks = {}

--- Far below that, so that large calls of every day go this way. Even, so that pairs stay together.
local most = 1000

--- Runs `command key elements…`; nothing for no elements.
function chunks.run(command, key, elements)
  for from = 1, #elements, most do
    redis.call(command, key, unpack(elements, from, math.min(from + most - 1, #elements)))
  end
end

--- The values of the fields of a hash, in their order; `false` where there is none.
function chunks.fields(key, fields)
  if #fields <= most then
    return #fields == 0 and {} or redis.call("HMGET", key, unpack(fields))
  end
  local values = {}
  for from = 1, #fields, most do
    local part = redis.call("HMGET", key, unpack(fields, from, math.min(from + most - 1, #fields)))
    for at = 1, #part do
      values[#values + 1] = part[at]
    end
  end
  return values
end

--- The list of elements of a key; made if there is none.
function chunks.list(lists, key)
  local list = lists[key]
  if list == nil then
    list = {}
    lists[key] = list
  end
  return list
end

--- Runs `command key elements…` for each key.
function chunks.runAll(command, lists)
  for key, elements in pairs(lists) do
    chunks.run(command, key, elements)
  end
end

return chunks
