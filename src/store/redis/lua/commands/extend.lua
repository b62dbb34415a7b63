--- Prolongs the claims that still stand.
---
--- KEYS[1]: the space. ARGV[1..4]: the time (tests only, else ""), retainMs, retainDeadMs, the database.
--- ARGV: leaseMs, then queue, id and token of each claim.
--- Reply: revision, then the places (from 0) of the claims that are lost.
--- @include args
--- @include command
--- @include guards
--- @include space
--- @include states
--- @include unit

return command.run(function()
  local deadlineMs = space.nowMs + args.number()
  local reply = { 0 }
  local at = 0
  while args.left() do
    local item = guards.held(args.text(), args.text(), args.number())
    if item then
      states.prolong(item, deadlineMs)
    else
      reply[#reply + 1] = at
    end
    at = at + 1
  end
  unit.save()
  return reply
end)
