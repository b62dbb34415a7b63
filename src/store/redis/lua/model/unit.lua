--- One operation on one space: what belongs to the end of every change.
--- @include draft
--- @include groups
--- @include items
--- @include ends
--- @include expiry

local unit = {}

local function flush()
  groups.flush()
  draft.flush(items.flush())
end

--- Ends groups, then makes the writes.
function unit.save()
  ends.endGroups()
  flush()
end

--- Forgets what is past its time. Call with nothing unsaved.
function unit.forget()
  if expiry.forget() then
    flush()
  end
end

--- Saves, then forgets: calls that make things, or end them, carry this along.
function unit.finish()
  unit.save()
  unit.forget()
end

return unit
