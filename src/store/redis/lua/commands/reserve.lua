--- Grants slots of a limit.
---
--- KEYS[1]: the space. ARGV[1..4]: the time (tests only, else ""), retainMs, retainDeadMs, the database.
--- ARGV: key, n, spacingMs, burst, concurrent ("" if there is none), heldMs (how long after its start a slot falls due).
--- Reply: revision, in how many milliseconds to ask again (0 with slots), then id and start (the server's clock) of each
--- slot. Times are text, with their fractions.
--- @include args
--- @include command
--- @include limits
--- @include space
--- @include unit

return command.run(function()
  local key = args.text()
  local ids, starts, retryInMs = limits.reserve(key, {
    n = args.number(), spacingMs = args.number(), burst = args.number(), concurrent = args.number(),
    heldMs = args.number(),
  })
  unit.finish()
  local reply = { 0, string.format("%.17g", retryInMs) }
  for at = 1, #ids do
    reply[#reply + 1] = ids[at]
    reply[#reply + 1] = string.format("%.17g", space.toServerMs(starts[at]))
  end
  return reply
end)
