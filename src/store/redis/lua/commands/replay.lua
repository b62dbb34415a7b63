--- Puts dead letters back.
---
--- KEYS[1]: the space. ARGV[1..4]: the time (tests only, else ""), retainMs, retainDeadMs, the database.
--- ARGV: queue, ids.
--- Reply: revision, then the ids that were dead.
--- @include args
--- @include command
--- @include items
--- @include states
--- @include unit

return command.run(function()
  local queue, ids = args.text(), args.rest()
  items.prefetch(queue, ids)
  local reply = { 0 }
  for at = 1, #ids do
    local item = items.get(queue, ids[at])
    if item and item.status == "dead" then
      states.revive(item)
      reply[#reply + 1] = ids[at]
    end
  end
  unit.save()
  return reply
end)
