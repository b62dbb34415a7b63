--- Prolongs a lease.
---
--- KEYS[1]: the space. ARGV[1..4]: the time (tests only, else ""), retainMs, retainDeadMs, the database.
--- ARGV: name, token, ttlMs.
--- Reply: revision, 1 if it is still held.
--- @include args
--- @include command
--- @include draft
--- @include leases

return command.run(function()
  local held = leases.renew(args.text(), args.number(), args.number())
  draft.flush()
  return { 0, held and 1 or 0 }
end)
