--- Applies every change in the order given, or none.
---
--- KEYS[1]: the space. ARGV[1..4]: the time (tests only, else ""), retainMs, retainDeadMs, the database.
--- ARGV: the guard (model/guards.lua), then the changes: each its type and the arguments that `apply` names.
--- Reply: revision, then the ids of added items that their queue knew already.
--- @include args
--- @include command
--- @include prefetching
--- @include changes
--- @include guards
--- @include space
--- @include unit

return command.run(function()
  local reply = { 0 }
  prefetching.readClaimsAndAdds(args.at())
  guards.require()
  while args.left() do
    changes.apply(args.text(), reply)
  end
  space.revision()
  unit.finish()
  return reply
end)
