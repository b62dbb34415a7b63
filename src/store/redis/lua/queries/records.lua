--- A page of records, in the order of the bytes of their keys.
---
--- KEYS[1]: the space. ARGV[1..4]: the time (tests only, else ""), retainMs, retainDeadMs, the database.
--- ARGV: prefix, limit, cursor (the last key of the page before, not below the prefix; "" for the first page).
--- Reply: 1 if more follow, then key, version and value of each.
--- @include args
--- @include keys
--- @include records

local prefix, limit, cursor = args.text(), args.number(), args.optional()
local from = cursor and "(" .. cursor or "[" .. prefix
local to = prefix == "" and "+" or "(" .. prefix .. "\127"
local reply, count, bytes = { 0 }, 0, 0
while true do
  local names = redis.call("ZRANGEBYLEX", keys.recordKeys, from, to, "LIMIT", 0, bounds.pageOfRows)
  local rows = #names == 0 and {} or redis.call("HMGET", keys.records, unpack(names))
  for at = 1, #names do
    local version, value = records.read(names[at], rows[at])
    if version then
      if count == limit or bytes > bounds.callBytes then
        reply[1] = 1
        return reply
      end
      count, bytes = count + 1, bytes + #value
      local last = #reply
      reply[last + 1], reply[last + 2], reply[last + 3] = names[at], version, value
    end
  end
  if #names < bounds.pageOfRows then
    return reply
  end
  from = "(" .. names[#names]
end
