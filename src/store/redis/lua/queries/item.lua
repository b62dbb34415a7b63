--- One item.
---
--- KEYS[1]: the space. ARGV[1..4]: the time (tests only, else ""), retainMs, retainDeadMs, the database.
--- ARGV: queue, id.
--- Reply: nil if the queue does not know it; else status, priority, failures, losses, claims, then body, result, group,
--- owner ("" where there is none), the token of its claim (0: there is none), and the last error ("" if there is none,
--- else "+" and the text).
--- @include args
--- @include items
--- @include texts

local item = items.get(args.text(), args.text())
if item == nil then
  return false
end
return {
  item.status, item.priority, item.failures, item.losses, item.claims, texts.get(item, "body") or "",
  texts.get(item, "result") or "", item.group or "", item.owner or "", item.token or 0,
  item.error and "+" .. item.error or "",
}
