--- Records by their keys.
---
--- KEYS[1]: the space. ARGV[1..4]: the time (tests only, else ""), retainMs, retainDeadMs, the database.
--- ARGV: keys.
--- Reply: version and value of each, 0 and "" where there is none; of the first ones only, once they are more than a call may carry.
--- @include args
--- @include chunks
--- @include keys
--- @include records

local names = args.rest()
local rows = chunks.fields(keys.records, names)
local reply, bytes = {}, 0
for at = 1, #names do
  local version, value = records.read(names[at], rows[at])
  local last = #reply
  reply[last + 1], reply[last + 2] = version or 0, value or ""
  bytes = bytes + (value and #value or 0)
  if bytes > bounds.callBytes then
    return reply
  end
end
return reply
