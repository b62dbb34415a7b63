import type { DetectionEngine } from "../../../engines/malware/index.ts";
import { createYaraEngine, type LoadedRules } from "../../../engines/malware/yara/index.ts";
import type { Logger } from "../../../kernel/index.ts";
import { startYaraThread } from "../../process/start-yara-thread.ts";
import type { OpenEngine } from "../detector-settings.ts";
import { unpackLimits } from "../unpack-limits.ts";
import { yaraRules } from "../yara-rules.ts";

const mostShown = 20;

const tell = (log: Logger, { count, refused }: LoadedRules, problem: string | undefined): void => {
  if (problem !== undefined) {
    log.error({ kind: "yara", problem }, "the changed rules cannot be used: those of before hold");
    return;
  }
  for (const rule of refused.slice(0, mostShown)) log.warn({ kind: "yara", ...rule }, "a rule is refused");
  log.info({ kind: "yara", rules: count, refused: refused.length }, "rules of YARA are loaded");
};

/** Rules of YARA, in threads. */
export const openYara = ({ settings, clock, log }: OpenEngine): Promise<DetectionEngine> =>
  createYaraEngine({
    rules: yaraRules(settings),
    clock,
    startThread: startYaraThread,
    onStuck: (problem) => {
      log.fatal({ kind: "yara", problem }, "this process is killed");
      process.kill(process.pid, "SIGKILL");
    },
    timeoutMs: settings.scanTimeoutMs,
    maxObjectBytes: settings.samples.maxSampleBytes,
    limits: unpackLimits(settings),
    onRules: (rules, problem) => tell(log, rules, problem),
  });
