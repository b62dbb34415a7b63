import { setMaxListeners } from "node:events";
import type { Clock } from "../../../base/clock.ts";
import type { DetectionClient, PastVerdict, Verdict } from "../../../client/index.ts";
import { askVerdicts } from "../../calls/files/ask-verdicts.ts";
import type { FileVerdict } from "../../calls/files/file-verdict.ts";
import { identifyFile } from "../../calls/files/identify-file.ts";
import type { LookedAt } from "../../calls/files/listed-files.ts";
import { submitFile } from "../../calls/files/submit-file.ts";
import { inOrder } from "../../calls/in-order.ts";
import type { Retrying } from "../../calls/retrying.ts";
import type { Outcome } from "./outcome.ts";
import type { SampleFolder } from "./sample-folder.ts";

export interface SubmitSamplesSetup {
  readonly detection: DetectionClient;
  readonly retrying: Retrying;
  /** Told of each decision. */
  readonly onDecided: () => void;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

type Sample = SampleFolder["samples"][number];

/** Samples whose verdicts are waited for at once. */
const atOnce = 16;
const longestMs = 120_000;

/** Submits all samples as `garrison file submit` does, and waits for their verdicts. @throws Error for one that was not read or not taken */
export const submitSamples = async (
  samples: readonly Sample[],
  { signal, ...others }: SubmitSamplesSetup,
): Promise<readonly Outcome[]> => {
  const ended = AbortSignal.any([signal]);
  // Every upload and every watch listens to it.
  setMaxListeners(0, ended);
  const setup = { ...others, signal: ended };
  const files = await Promise.all(samples.map(identified));
  const asked = await setup.retrying.call(() => askVerdicts(setup.detection, files, { scan: true }), ended);
  const outcomes: Outcome[] = [];
  const settled = inOrder(samples.entries(), atOnce, ([at, sample]) =>
    submitSample(sample, asked[at], setup).then(
      (outcome) => ({ outcome }),
      (thrown: unknown) => ({ thrown }),
    ),
  );
  for await (const result of settled) {
    if ("thrown" in result) throw result.thrown;
    outcomes.push(result.outcome);
  }
  return outcomes;
};

const identified = async ({ name, path }: Sample): Promise<LookedAt> => {
  const file = await identifyFile({ path });
  if ("skipped" in file) throw new Error(`${name} was written, and cannot be read: ${file.skipped}`);
  return { open: file };
};

const submitSample = async (
  sample: Sample,
  asked: FileVerdict | undefined,
  { detection, retrying, onDecided, clock, signal }: SubmitSamplesSetup,
): Promise<Outcome> => {
  const submittedAtMs = clock.monotonicMs();
  let taskId: string | undefined;
  const submit: DetectionClient["submit"] = async (...args) => {
    const submitted = await detection.submit(...args);
    ({ taskId } = submitted);
    return submitted;
  };
  const facts = { taskType: "sample-file" } as const;
  const setup = { detection: { ...detection, submit }, facts, waitMs: longestMs, clock, signal };
  const judge = async (): Promise<Verdict> => {
    const judged = asked?.status === "asked" ? await submitFile(asked, setup) : asked;
    if (judged?.status === "asked") return judged.verdict;
    throw new Error(`${sample.name} was not taken: ${judged?.status === "failed" ? judged.reason : "nobody says why"}`);
  };
  const judged = await retrying.call(judge, signal);
  const decidedAtMs = clock.monotonicMs();
  onDecided();
  const { sha256 } = judged;
  const verdict = await retrying.call(() => detection.get({ algorithm: "sha256", hex: sha256 }), signal);
  const decisions = await retrying.call(() => decisionsOf(detection, sha256), signal);
  return { sample, taskId: taskId ?? judged.taskId, verdict, decisions, submittedAtMs, decidedAtMs };
};

const decisionsOf = async (detection: DetectionClient, sha256: string): Promise<readonly PastVerdict[]> => {
  const decisions: PastVerdict[] = [];
  let pageToken = "";
  do {
    const page = await detection.history(sha256, { pageToken });
    decisions.push(...page.verdicts);
    pageToken = page.nextPageToken;
  } while (pageToken !== "");
  return decisions;
};
