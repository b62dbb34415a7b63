--- Makes the writes that wait. May be called again after more of them.
--- @include space
--- @include rows
--- @include indexes

local draft = {}

--- `wrote`: something else was written.
function draft.flush(wrote)
  wrote = rows.flush() or wrote
  wrote = indexes.flush() or wrote
  space.save(wrote)
end

return draft
