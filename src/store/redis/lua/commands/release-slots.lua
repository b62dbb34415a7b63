--- Ends concurrency grants of a limit.
---
--- KEYS[1]: the space. ARGV[1..4]: the time (tests only, else ""), retainMs, retainDeadMs, the database.
--- ARGV: key, slot ids.
--- Reply: revision.
--- @include args
--- @include command
--- @include draft
--- @include limits

return command.run(function()
  limits.release(args.text(), args.rest())
  draft.flush()
  return {}
end)
