--- Takes a lease.
---
--- KEYS[1]: the space. ARGV[1..4]: the time (tests only, else ""), retainMs, retainDeadMs, the database.
--- ARGV: name, owner, ttlMs.
--- Reply: revision, the new token (0 while someone else holds it).
--- @include args
--- @include command
--- @include leases
--- @include unit

return command.run(function()
  local token = leases.acquire(args.text(), args.text(), args.number())
  unit.finish()
  return { 0, token or 0 }
end)
