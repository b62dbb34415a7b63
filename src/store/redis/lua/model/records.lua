--- The rows of records: version, time of expiry, whether the value is long, then the value if it is short. A long one is
--- a field of its own: most calls look at versions alone.
--- @include space
--- @include refusals
--- @include keys
--- @include rows
--- @include indexes

local records = {}

--- Not `math.huge`: while a library is loaded it has no globals but `redis`.
local never = 1 / 0

--- Version, time of expiry, whether the value is long, and where a short one starts.
local function head(row)
  local at, version, expiresAtMs, isLong = cmsgpack.unpack_limit(row, 3)
  return version, expiresAtMs or never, isLong, at + 1
end

--- Version and value of a record that has not run out, read from its row; `nil` otherwise.
function records.read(key, row)
  if not row then
    return nil
  end
  local version, expiresAtMs, isLong, from = head(row)
  if expiresAtMs <= space.nowMs then
    return nil
  end
  return version, isLong and redis.call("HGET", keys.values, key) or string.sub(row, from)
end

--- 0: there is no such record.
function records.version(key)
  local row = rows.get(keys.records, key)
  if row then
    local version, expiresAtMs = head(row)
    if expiresAtMs > space.nowMs then
      return version
    end
  end
  return 0
end

local function requireVersion(key, expected)
  if expected == nil then
    return
  end
  local version = records.version(key)
  if version ~= expected then
    local message = string.format("record %s is at version %.0f, not %.0f", key, version, expected)
    refusals.refuse("version-conflict", message, "key", key, "version", version, "expected", expected)
  end
end

--- Drops what a record has outside of its row.
local function leave(key)
  local row = rows.get(keys.records, key)
  if row then
    local _, expiresAtMs, isLong = head(row)
    if expiresAtMs ~= never then
      indexes.remove(keys.expiry, "record/" .. key)
    end
    if isLong then
      rows.remove(keys.values, key)
    end
  end
end

function records.put(key, value, expected, expiresInMs)
  requireVersion(key, expected)
  leave(key)
  local expiresAtMs = expiresInMs and space.nowMs + expiresInMs
  if expiresAtMs then
    indexes.put(keys.expiry, "record/" .. key, indexes.instant(expiresAtMs))
  end
  local isLong = #value > bounds.inlineAtMost
  if isLong then
    rows.put(keys.values, key, value)
  end
  rows.put(keys.records, key, cmsgpack.pack(space.revision(), expiresAtMs, isLong) .. (isLong and "" or value))
  indexes.put(keys.recordKeys, key, 0)
end

local function remove(key)
  leave(key)
  rows.remove(keys.records, key)
  indexes.remove(keys.recordKeys, key)
end

function records.delete(key, expected)
  requireVersion(key, expected)
  remove(key)
  space.revision()
end

--- Forgets a record whose time is over; one that was put again since then stays.
function records.expire(key)
  local row = rows.get(keys.records, key)
  if row and records.version(key) == 0 then
    remove(key)
  end
end

return records
