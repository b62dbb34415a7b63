--- The changes of a commit. Each reads its own arguments.
--- @include args
--- @include space
--- @include texts
--- @include groups
--- @include states
--- @include adding
--- @include guards
--- @include records
--- @include retries

local changes = {}

local apply = {}

--- queue, id, meta, body
function apply.add(duplicates)
  local queue, id = args.text(), args.text()
  if not adding.add(queue, id, args.text(), args.text()) then
    duplicates[#duplicates + 1] = id
  end
end

local function readHeld()
  return guards.requireHeld(args.text(), args.text(), args.number())
end

--- queue, id, token, outcome, result ("" if there is none)
function apply.finish()
  local item = readHeld()
  local outcome, result = args.text(), args.optional()
  states.finish(item, outcome)
  if result then
    texts.put(item, "result", result)
  end
end

--- queue, id, token, data
function apply.checkpoint()
  local item = readHeld()
  item.failures, item.losses = 0, 0
  texts.put(item, "checkpoint", args.text())
end

--- queue, id, token, reason, delayMs, error ("" if there is none, else "+" and the text)
function apply.release()
  local item = readHeld()
  local reason, delayMs, text = args.text(), args.number(), args.optional()
  if text then
    item.error = string.sub(text, 2)
  end
  item.dueMs = delayMs > 0 and space.nowMs + delayMs or nil
  if reason == "failed" then
    retries.countFailure(item)
  elseif reason == "lost" then
    retries.countLoss(item)
  else
    states.place(item)
  end
end

--- group, then queue, id, meta and body of the item that follows its end (all "" if there is none). The first call counts.
function apply.seal()
  local group = groups.change(args.text())
  local queue, id, meta, body = args.optional(), args.text(), args.text(), args.text()
  space.revision()
  if group.sealed then
    return
  end
  group.sealed = true
  group.onComplete = queue and cmsgpack.pack(queue, id, meta, body)
end

--- key, value, expectedVersion, expiresInMs ("" where there is none)
function apply.put()
  records.put(args.text(), args.text(), args.number(), args.number())
end

--- key, expectedVersion ("" if there is none)
function apply.delete()
  records.delete(args.text(), args.number())
end

--- Applies the change whose arguments come next. Appends the id of an added item that was known to `duplicates`.
function changes.apply(kind, duplicates)
  apply[kind](duplicates)
end

return changes
