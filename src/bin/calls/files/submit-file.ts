import type { Clock } from "../../../base/clock.ts";
import { ClientError, type DetectionClient, type SampleHeader, type Verdict } from "../../../client/index.ts";
import type { FileVerdict } from "./file-verdict.ts";
import type { FileIdentity } from "./identify-file.ts";
import { readSteadily, UnsteadyFile } from "./steady-file.ts";

/** What is said of every file that is sent. */
export type SampleFacts = Pick<SampleHeader, "taskType"> &
  Partial<Pick<SampleHeader, "source" | "callbackUrl" | "priority">>;

export interface SubmitFileSetup {
  readonly detection: Pick<DetectionClient, "submit" | "watch">;
  readonly facts: SampleFacts;
  /** How long a decision is waited for; 0: not at all. */
  readonly waitMs: number;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/** Of the path, for people. */
const nameChars = 500;

/** What concerns one file, so that others may still be taken. */
const ofOneFile: ReadonlySet<ClientError["code"]> = new Set([
  "invalid",
  "not-found",
  "failed-precondition",
  "resource-exhausted",
]);

/**
 * Sends a file of which the cluster has no verdict that holds and makes none, and waits for the decision.
 * @throws ClientError for what concerns not this file alone
 */
export const submitFile = async (
  asked: Extract<FileVerdict, { status: "asked" }>,
  setup: SubmitFileSetup,
): Promise<FileVerdict> => {
  const { file, verdict } = asked;
  const { facts, waitMs, clock, signal } = setup;
  const isEnough = (known: Verdict): boolean => isAnswered(known, facts);
  if (isEnough(verdict) && verdict.state === "decided") return asked;
  const late = new AbortController();
  const timer = clock.after(waitMs, () => late.abort());
  const wait = (known: Verdict): Promise<Verdict> =>
    waitMs === 0 ? Promise.resolve(known) : decided(known, setup, AbortSignal.any([signal, late.signal]));
  try {
    // What is under way without the bytes may fail for want of them.
    const known = isEnough(verdict) ? await wait(verdict) : verdict;
    const isOver = isEnough(known) || late.signal.aborted;
    return { status: "asked", file, verdict: isOver ? known : await wait(await send(file, known, setup)) };
  } catch (error) {
    const concernsIt = error instanceof UnsteadyFile || (error instanceof ClientError && ofOneFile.has(error.code));
    if (!concernsIt && !isSystemError(error)) throw error;
    return { status: "failed", file, reason: error.message };
  } finally {
    timer.cancel();
  }
};

/**
 * Whether the cluster has decided the file, or is about to, without its bytes: as what it is submitted as, and with nobody else to be told.
 * What could not be decided may lack the bytes.
 */
const isAnswered = ({ state, decision, taskType, sampleHere }: Verdict, facts: SampleFacts): boolean => {
  if (facts.callbackUrl !== undefined || taskType !== facts.taskType) return false;
  return state === "decided" ? decision?.trust !== "unknown" : state !== "unknown" && sampleHere;
};

/** Thrown by reading the file. */
const isSystemError = (thrown: unknown): thrown is Error => thrown instanceof Error && "syscall" in thrown;

const send = async (file: FileIdentity, before: Verdict, setup: SubmitFileSetup): Promise<Verdict> => {
  const { detection, facts, signal } = setup;
  const header = { ...facts, sha256: file.sha256, name: file.path.slice(-nameChars) };
  const { sha256, taskId } = await detection.submit(header, () => readSteadily(file.path), {
    // Of its own: calls listen to it, and many files are sent at once.
    signal: AbortSignal.any([signal]),
  });
  return { ...before, sha256, taskId, size: file.size, state: "pending", sampleHere: true };
};

/** The verdict once it is decided, or as it is when nobody waits any longer. */
const decided = async (
  known: Verdict,
  { detection }: Pick<SubmitFileSetup, "detection">,
  ended: AbortSignal,
): Promise<Verdict> => {
  let latest = known;
  for await (const verdict of detection.watch(known.sha256, ended)) latest = verdict;
  return latest;
};
