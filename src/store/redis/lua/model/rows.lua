--- Fields of hashes: what was read, and what is to be written. A field that is written often is written once.
--- @include chunks

local rows = {}

--- key → field → text, or `false` where there is none.
local known
--- key → field → true
local changed

function rows.begin()
  known, changed = {}, {}
end

local function fieldsOf(map, key)
  local fields = map[key]
  if fields == nil then
    fields = {}
    map[key] = fields
  end
  return fields
end

--- The text of a field, `nil` if there is none.
function rows.get(key, field)
  local fields = fieldsOf(known, key)
  local text = fields[field]
  if text == nil then
    text = redis.call("HGET", key, field)
    fields[field] = text
  end
  return text or nil
end

--- Reads fields at once that will be asked for.
function rows.prefetch(key, names)
  local fields = fieldsOf(known, key)
  local texts = chunks.fields(key, names)
  for at = 1, #names do
    fields[names[at]] = texts[at]
  end
end

function rows.put(key, field, text)
  fieldsOf(known, key)[field] = text
  fieldsOf(changed, key)[field] = true
end

function rows.remove(key, field)
  rows.put(key, field, false)
end

--- Makes the writes. True if there were any.
function rows.flush()
  local wrote = false
  for key, fields in pairs(changed) do
    local puts, removes = {}, {}
    for field in pairs(fields) do
      local text = known[key][field]
      if text then
        puts[#puts + 1] = field
        puts[#puts + 1] = text
      else
        removes[#removes + 1] = field
      end
    end
    chunks.run("HDEL", key, removes)
    chunks.run("HSET", key, puts)
    wrote = true
  end
  changed = {}
  return wrote
end

return rows
