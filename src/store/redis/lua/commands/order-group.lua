--- Orders a group to be held, resumed or cancelled.
---
--- KEYS[1]: the space. ARGV[1..4]: the time (tests only, else ""), retainMs, retainDeadMs, the database.
--- ARGV: group, "hold", "resume" or "cancel".
--- Reply: revision.
--- @include args
--- @include command
--- @include sweeps
--- @include unit

return command.run(function()
  sweeps.order(args.text(), args.text())
  unit.save()
  return {}
end)
