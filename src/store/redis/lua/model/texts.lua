--- Body, checkpoint and result of an item. A short one lies in the item's own row: one element less to write, read and
--- remove. A long one is a field of its own, so that moving the item does not copy it; the row says `true`.
--- @include keys
--- @include rows
--- @include items

local texts = {}

--- `kind` is "body", "checkpoint" or "result".
function texts.put(item, kind, text)
  if #text > bounds.inlineAtMost then
    rows.put(keys.queue(item.queue)[kind], item.id, text)
    text = true
  elseif item[kind] == true then
    rows.remove(keys.queue(item.queue)[kind], item.id)
  end
  item[kind] = text
  items.change(item)
end

--- The text, `nil` if there is none.
function texts.get(item, kind)
  local text = item[kind]
  if text == true then
    return rows.get(keys.queue(item.queue)[kind], item.id)
  end
  return text
end

function texts.drop(item, kind)
  if item[kind] == true then
    rows.remove(keys.queue(item.queue)[kind], item.id)
  end
  item[kind] = nil
end

return texts
