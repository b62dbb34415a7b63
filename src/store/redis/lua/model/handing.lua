--- Hands out waiting items in their order. An item that has to run alone is handed out only to an owner that holds
--- nothing, as the only one of the call, and that owner gets nothing else while it holds it. Otherwise it is passed
--- over: the items behind it do not wait for a node to become free.
--- @include space
--- @include keys
--- @include rows
--- @include items
--- @include texts
--- @include groups
--- @include states
--- @include unit

local handing = {}

--- Whether the owner holds an item that runs alone.
local function runsAlone(owner)
  local path = rows.get(keys.alone, owner)
  local item = path and items.at(path)
  return item and item.status == "claimed" and item.owner == owner and item.deadlineMs > space.nowMs
end

local function take(item, wish, alone, answer)
  local token = space.nextToken()
  states.hold(item, token, wish.owner, space.nowMs + wish.leaseMs, alone)
  local body, checkpoint = texts.get(item, "body") or "null", texts.get(item, "checkpoint") or ""
  local meta = ""
  if item.group or item.failures > 0 or item.losses > 0 then
    meta = item.failures .. " " .. item.losses .. " " .. (item.group or "")
  end
  local reply = wish.reply
  local at = #reply
  reply[at + 1], reply[at + 2], reply[at + 3], reply[at + 4] = item.id, body, checkpoint, meta
  answer.firstToken = answer.firstToken or token
  answer.count, answer.bytes = answer.count + 1, answer.bytes + #body + #checkpoint
end

--- Offers the items `ids` in turn. True: nothing more can be handed out.
local function offer(ids, wish, answer)
  items.prefetch(wish.queue, ids)
  for at = 1, #ids do
    local item = items.get(wish.queue, ids[at])
    if item and item.status == "waiting" then
      local group = groups.of(item)
      local alone = item.losses >= bounds.aloneAfterLosses
      if group and (group.held or group.cancelRequested) then
        states.place(item)
      elseif alone and (wish.holding > 0 or answer.count > 0) then
        answer.aloneWaiting = true
      else
        take(item, wish, alone, answer)
        -- The next one must fit whatever its size: it is not read before it is taken. Lua counts bytes, which are at least
        -- as many as the characters of the bound.
        if alone or answer.count >= wish.slots or answer.bytes + 2 * bounds.bodyBytes > bounds.callBytes then
          return true
        end
      end
    end
  end
  return false
end

--- Hands out by the waiting order. Pages of it are read before any of their items is moved.
local function offerWaiting(wish, answer)
  local waiting = keys.queue(wish.queue).waiting
  local ids = redis.call("ZRANGE", waiting, 0, wish.slots - 1)
  if offer(ids, wish, answer) or #ids < wish.slots then
    return
  end
  -- Only reached when some of the first could not be handed out.
  unit.save()
  local beyond = string.format("(%.17g", items.waitingScore(items.get(wish.queue, ids[#ids])))
  offer(redis.call("ZRANGEBYSCORE", waiting, beyond, "+inf", "LIMIT", 0, bounds.lookedAtMost), wish, answer)
end

--- `wish` has queue, owner, slots, leaseMs, holding, maxClaimed (may be nil), ids (may be nil: any), and `reply`, to
--- which each claim is appended as four texts: id, body, checkpoint ("" if there is none), and "" or
--- `failures losses group`. Returns the token of the first, which those of the others follow one by one, and whether an
--- item that has to run alone is waiting. Call with nothing unsaved, after the sweeps.
function handing.out(wish)
  local answer = { firstToken = nil, count = 0, bytes = 0, aloneWaiting = false }
  if runsAlone(wish.owner) then
    return 0, true
  end
  if wish.maxClaimed then
    wish.slots = math.min(wish.slots, wish.maxClaimed - redis.call("ZCARD", keys.queue(wish.queue).claimed))
  end
  if wish.slots > 0 then
    if wish.ids then
      offer(wish.ids, wish, answer)
    else
      offerWaiting(wish, answer)
    end
  end
  return answer.firstToken or 0, answer.aloneWaiting
end

return handing
