--- Members of sorted sets that are to be put or removed. The last word on a member counts.
--- @include chunks

local indexes = {}

--- key → member → score, or `false` to remove it
local changed

function indexes.begin()
  changed = {}
end

function indexes.put(key, member, score)
  local members = changed[key]
  if members == nil then
    members = {}
    changed[key] = members
  end
  members[member] = score
end

function indexes.remove(key, member)
  indexes.put(key, member, false)
end

--- Makes the writes. True if there were any.
function indexes.flush()
  local wrote = false
  for key, members in pairs(changed) do
    local puts, removes = {}, {}
    for member, score in pairs(members) do
      if score then
        puts[#puts + 1] = score
        puts[#puts + 1] = member
      else
        removes[#removes + 1] = member
      end
    end
    chunks.run("ZREM", key, removes)
    chunks.run("ZADD", key, puts)
    wrote = true
  end
  changed = {}
  return wrote
end

--- A time as the score of an index: rounded up, so that nothing in an index falls due early.
function indexes.instant(ms)
  return math.ceil(ms)
end

--- At most `limit` members that are due. Reads what stands below the draft.
function indexes.due(key, nowMs, limit)
  return redis.call("ZRANGEBYSCORE", key, "-inf", nowMs, "LIMIT", 0, limit)
end

return indexes
