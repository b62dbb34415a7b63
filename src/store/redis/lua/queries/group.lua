--- One group.
---
--- KEYS[1]: the space. ARGV[1..4]: the time (tests only, else ""), retainMs, retainDeadMs, the database.
--- ARGV: group.
--- Reply: nil if there is none; else planned, done, failed, cancelled, dead, then 1 or 0 for sealed, held,
--- cancelRequested, complete.
--- @include args
--- @include groups

local function flag(value)
  return value and 1 or 0
end

local group = groups.get(args.text())
if group == nil then
  return false
end
return {
  group.planned, group.done, group.failed, group.cancelled, group.dead, flag(group.sealed), flag(group.held),
  flag(group.cancelRequested), flag(groups.isComplete(group)),
}
