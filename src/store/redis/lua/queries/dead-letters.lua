--- A page of dead letters, in the order of their death.
---
--- KEYS[1]: the space. ARGV[1..4]: the time (tests only, else ""), retainMs, retainDeadMs, the database.
--- ARGV: queue, limit, cursor ("" for the first page).
--- Reply: 1 if more follow, then for each letter cursor, id, body, group ("" if there is none), limit, failures, losses,
--- time of death (text), and the last error ("" if there is none, else "+" and the text).
--- @include args
--- @include items
--- @include keys
--- @include texts

local name, limit, cursor = args.text(), args.number(), args.optional()
-- "0" is the character after "/", which ends the cursor in a member.
local from = cursor and "(" .. cursor .. "0" or "-"
local members = redis.call("ZRANGEBYLEX", keys.queue(name).dead, from, "+", "LIMIT", 0, limit + 1)
local reply, bytes = { 0 }, 0
for at = 1, #members do
  if at > limit or bytes > bounds.callBytes then
    reply[1] = 1
    break
  end
  local instant, order, id = string.match(members[at], "^(%d+)/(%d+)/(.*)$")
  local item = items.get(name, id)
  local body = texts.get(item, "body") or "null"
  bytes = bytes + #body
  local row = {
    instant .. "/" .. order, id, body, item.group or "", item.limit, item.failures, item.losses,
    string.format("%.17g", item.endedAtMs), item.error and "+" .. item.error or "",
  }
  for part = 1, #row do
    reply[#reply + 1] = row[part]
  end
end
return reply
