--- Hands out items, after the work that time has made due: each step is bounded, so that a call is short.
---
--- KEYS[1]: the space. ARGV[1..4]: the time (tests only, else ""), retainMs, retainDeadMs, the database.
--- ARGV: queue, owner, slots, leaseMs, holding, maxClaimed ("" if there is none), "any" or "only" followed by ids.
--- Reply: revision, 1 if an item that has to run alone is waiting, milliseconds until the next item falls due ("" if
--- none does), the token of the first claim, then the claims (four texts each: model/handing.lua).
--- @include args
--- @include command
--- @include due
--- @include handing
--- @include space
--- @include sweeps
--- @include unit

return command.run(function()
  local reply = { 0, 0, "", 0 }
  local wish = {
    queue = args.text(), owner = args.text(), slots = args.number(), leaseMs = args.number(), holding = args.number(),
    maxClaimed = args.number(), ids = nil, reply = reply,
  }
  if args.text() == "only" then
    wish.ids = args.rest()
  end
  unit.forget()
  if sweeps.stepSome() then
    unit.save()
  end
  if due.takeBackLost(wish.queue) then
    unit.save()
  end
  if due.wakeDelayed(wish.queue) then
    unit.save()
  end
  local firstToken, aloneWaiting = handing.out(wish)
  unit.save()
  local nextInMs = due.nextInMs(wish.queue, firstToken > 0 and space.nowMs + wish.leaseMs or nil)
  reply[2], reply[3], reply[4] = aloneWaiting and 1 or 0, nextInMs and string.format("%.17g", nextInMs) or "", firstToken
  return reply
end)
