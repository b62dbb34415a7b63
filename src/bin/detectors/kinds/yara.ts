import type { DetectionEngine } from "../../../engines/malware/index.ts";
import { createYaraEngine, type LoadedRules } from "../../../engines/malware/yara/index.ts";
import type { Logger } from "../../../kernel/index.ts";
import type { OpenEngine } from "../detector-settings.ts";
import { scanThreads } from "../scan-threads.ts";
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
export const openYara = (setup: OpenEngine): Promise<DetectionEngine> => {
  const { settings, log } = setup;
  return createYaraEngine({
    ...scanThreads("yara", setup),
    rules: yaraRules(settings),
    maxObjectBytes: settings.samples.maxSampleBytes,
    limits: unpackLimits(settings),
    onRules: (rules, problem) => tell(log, rules, problem),
  });
};
