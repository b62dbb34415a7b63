--- Takes a lease from its holder, though it has not run out.
---
--- KEYS[1]: the space. ARGV[1..4]: the time (tests only, else ""), retainMs, retainDeadMs, the database.
--- ARGV: name, the token under which it is held, the new owner, ttlMs.
--- Reply: revision, the new token (0 if it is not held under that one).
--- @include args
--- @include command
--- @include leases
--- @include unit

return command.run(function()
  local token = leases.seize(args.text(), args.number(), args.text(), args.number())
  unit.finish()
  return { 0, token or 0 }
end)
