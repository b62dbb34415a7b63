--- Stores items.
---
--- KEYS[1]: the space. ARGV[1..4]: the time (tests only, else ""), retainMs, retainDeadMs, the database.
--- ARGV: queue, then for each item id, meta ("" or `priority delayMs group`), body.
--- Reply: revision, then the ids that the queue knew already.
--- @include args
--- @include command
--- @include adding
--- @include items
--- @include unit

return command.run(function()
  local queue = args.text()
  local ids = {}
  for at = args.at(), #ARGV, 3 do
    ids[#ids + 1] = ARGV[at]
  end
  items.prefetch(queue, ids)
  local reply = { 0 }
  while args.left() do
    local id = args.text()
    if not adding.add(queue, id, args.text(), args.text()) then
      reply[#reply + 1] = id
    end
  end
  unit.finish()
  return reply
end)
