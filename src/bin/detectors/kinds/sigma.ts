import type { DetectionEngine } from "../../../engines/malware/index.ts";
import { createSigmaEngine, describeSigma } from "../../../engines/malware/sigma/index.ts";
import type { OpenEngine } from "../detector-settings.ts";
import { FollowingEngine } from "../following-engine.ts";

const everyMs = 5_000;

/** Rules of Sigma for log data. */
export const openSigma = ({ settings, clock, log }: OpenEngine): Promise<DetectionEngine> =>
  FollowingEngine.open({
    open: () =>
      createSigmaEngine({
        ...settings.sigma,
        onProblem: (problem) => log.warn({ kind: "sigma", problem }, "a rule is refused"),
      }),
    describe: () => describeSigma(settings.sigma),
    everyMs,
    clock,
    log,
  });
