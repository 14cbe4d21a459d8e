-- Sends the requests of a file, one line each: path, Accept, ETag (the last two may be empty), divided by tabs.
local lines, at = {}, 0

-- in init, because the Host header is not known before
init = function(args)
  for line in io.lines(os.getenv("REQUESTS")) do
    local path, accept, tag = line:match("^([^\t]*)\t([^\t]*)\t([^\t]*)$")
    local headers = {}
    if accept ~= "" then headers["Accept"] = accept end
    if tag ~= "" then headers["If-None-Match"] = tag end
    lines[#lines + 1] = wrk.format("GET", path, headers)
  end
end

request = function()
  at = at % #lines + 1
  return lines[at]
end

done = function(summary, latency)
  io.write(string.format(
    "RESULT %d %d %.0f %.0f %d\n",
    summary.requests, summary.duration, latency:percentile(50), latency:percentile(99),
    summary.errors.status + summary.errors.connect + summary.errors.read + summary.errors.timeout))
end
