-- Numbers for a program instead of wrk's words for people: requests, microseconds, the 99th percentile in microseconds, what failed.
done = function(summary, latency, requests)
  local errors = summary.errors
  local failed = errors.connect + errors.read + errors.write + errors.status + errors.timeout
  io.write(string.format("report %d %d %d %d\n", summary.requests, summary.duration, latency:percentile(99), failed))
end
