--- Makes a program a function of the server, by the name of the library and its own.

local function register(name, flags, run)
  redis.register_function({
    function_name = library .. "_" .. name,
    flags = flags,
    callback = function(keyList, argumentList)
      KEYS, ARGV = keyList, argumentList
      return run()
    end,
  })
end
