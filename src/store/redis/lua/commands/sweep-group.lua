--- Carries on the sweep of a group by one step.
---
--- KEYS[1]: the space. ARGV[1..4]: the time (tests only, else ""), retainMs, retainDeadMs, the database.
--- ARGV: group.
--- Reply: revision, 1 if nothing is left to move.
--- @include args
--- @include command
--- @include sweeps
--- @include unit

return command.run(function()
  local over = sweeps.step(args.text())
  unit.finish()
  return { 0, over and 1 or 0 }
end)
