import { mostSocketBytes } from "./detect-values.ts";
import type { ConfigProblem } from "../errors.ts";
import type { Given } from "../layers/given.ts";
import type { Config, ConfigPath } from "../schema.ts";

/** Detectors of one task: all its executions are written in one commit, which takes 1,000 changes. */
const mostRequired = 512;

/** What does not go together in the keys of detect. */
export const detectProblems = (
  { detect, node }: Config,
  given: ReadonlyMap<ConfigPath, Given>,
): readonly ConfigProblem[] => {
  const problems: ConfigProblem[] = [];
  const report = (path: ConfigPath, message: string): void => {
    problems.push({ path, source: given.get(path)?.sourceOf() ?? "default", message });
  };
  const { heartbeatMs, heartbeatTimeoutMs, missingGraceMs, deadlineMs, cacheBytes, samples, rule, socket } = detect;
  if (heartbeatTimeoutMs < 2 * heartbeatMs) {
    report(
      "detect.heartbeatTimeoutMs",
      `${heartbeatTimeoutMs}: one late heartbeat would end a detector: use at least twice detect.heartbeatMs (${heartbeatMs})`,
    );
  }
  if (missingGraceMs > deadlineMs) {
    report(
      "detect.missingGraceMs",
      `${missingGraceMs}: longer than a task may take (detect.deadlineMs: ${deadlineMs})`,
    );
  }
  if (samples.maxSampleBytes > samples.maxBytes) {
    report(
      "detect.samples.maxSampleBytes",
      `${samples.maxSampleBytes}: more than all samples may have (detect.samples.maxBytes: ${samples.maxBytes})`,
    );
  }
  if (samples.maxSampleBytes > cacheBytes) {
    report(
      "detect.cacheBytes",
      `${cacheBytes}: no detector could get the largest samples (detect.samples.maxSampleBytes: ${samples.maxSampleBytes})`,
    );
  }
  if (typeof rule === "object" && rule.type === "weighted" && (rule.suspected ?? 30) > (rule.black ?? 70)) {
    report("detect.rule", "nothing could be suspected: suspected is above black");
  }
  const required = new Map<string, number>();
  for (const { taskType, count = 1 } of detect.require) required.set(taskType, (required.get(taskType) ?? 0) + count);
  for (const [taskType, detectors] of required) {
    if (detectors <= mostRequired) continue;
    report(
      "detect.require",
      `${taskType}: ${detectors} detectors are required: use at most ${mostRequired} for a task type`,
    );
  }
  // A node of other roles, or a client, has no use for the socket.
  if (node.roles.includes("relay") && Buffer.byteLength(socket) > mostSocketBytes) {
    report(
      "detect.socket",
      `"${socket}": longer than the path of a socket can be: use at most ${mostSocketBytes} bytes`,
    );
  }
  const needs = {
    clamav: { missing: detect.clamav.address === undefined, key: "detect.clamav.address" },
    sandbox: { missing: detect.sandbox.url === undefined, key: "detect.sandbox.url" },
    sigma: { missing: detect.sigma.rules.length === 0, key: "detect.sigma.rules" },
    yara: { missing: detect.yara.rules.length === 0 && !detect.yara.shipped, key: "detect.yara.rules" },
  };
  for (const [kind, { missing, key }] of Object.entries(needs)) {
    if (!missing || !detect.detectors.some((detector) => detector.kind === kind)) continue;
    report("detect.detectors", `${kind}: it has nothing to scan with: set ${key}, or leave it out`);
  }
  return problems;
};
