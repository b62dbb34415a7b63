--- Who holds each name.
---
--- KEYS[1]: the space. ARGV[1..4]: the time (tests only, else ""), retainMs, retainDeadMs, the database.
--- ARGV: names.
--- Reply: owner, token and milliseconds left (text) for each name; "", 0, "" where nobody does.
--- @include args
--- @include keys
--- @include leases
--- @include rows
--- @include space

local names = args.rest()
rows.prefetch(keys.leases, names)
local reply = {}
for at = 1, #names do
  local lease = leases.get(names[at])
  local leftMs = lease and lease.deadlineMs - space.nowMs or 0
  local last = #reply
  if leftMs > 0 then
    reply[last + 1], reply[last + 2], reply[last + 3] = lease.owner, lease.token, string.format("%.17g", leftMs)
  else
    reply[last + 1], reply[last + 2], reply[last + 3] = "", 0, ""
  end
end
return reply
