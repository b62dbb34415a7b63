import { createHash } from "node:crypto";
import type { DetectorAnswer, TaskType } from "../../../engines/malware/index.ts";
import type { Digest } from "../views.ts";

type DetectorName = Pick<DetectorAnswer, "kind" | "host" | "detector">;

/** Where the records of detection lie. Digests, ids and kinds have no "/" in them. */

const digits = 13;
const lastInstant = 10 ** digits - 1;

/** A time as text that sorts the latest first. */
const latestFirst = (ms: number): string => String(lastInstant - Math.floor(ms)).padStart(digits, "0");

/** One object that was, or is to be, looked at. */
export const taskKey = (id: string): string => `task/${id}`;
/** The open task of an object: who wants the same meanwhile joins it. */
export const flightKey = (sha256: string, type: TaskType): string => `${flightsOf(sha256)}${type}`;
export const flightsOf = (sha256: string): string => `flight/${sha256}/`;
/** What detectors said of a task. */
export const answersOf = (taskId: string): string => `answer/${taskId}/`;
/** A detector has one answer of a task, in whatever life of it or of its relay: each of those that are required is a different one. */
export const answerKey = (taskId: string, { kind, host, detector }: DetectorName): string =>
  `${answersOf(taskId)}${kind}/${hashOf(`${host}/${detector}`)}`;

/** Names are longer than keys may be. */
const hashOf = (name: string): string => createHash("sha256").update(name).digest("hex").slice(0, 32);

/** The decisions that hold for an object, and what they were made from. */
export const verdicts = "verdict/";
export const verdictKey = (sha256: string): string => `${verdicts}${sha256}`;
export const verdictDetailKey = (sha256: string, type: TaskType): string => `verdict-detail/${sha256}/${type}`;
/** All decisions about an object, the latest first. */
export const historyOf = (sha256: string): string => `history/${sha256}/`;
export const historyKey = (sha256: string, decidedAtMs: number, taskId: string): string =>
  `${historyOf(sha256)}${latestFirst(decidedAtMs)}-${taskId}`;

/** Which objects have an MD5 or SHA-1. */
export const aliasKey = (algorithm: Exclude<Digest["algorithm"], "sha256">, hex: string): string =>
  `alias/${algorithm}/${hex}`;
export const sampleKey = (sha256: string): string => `sample/${sha256}`;

/** The relays that live, by host. */
export const relays = "relay/";
export const relayKey = (host: string): string => `${relays}${host}`;
/** Put once for each version that a kind ever had: its own version tells the order in which they were seen. */
export const versionKey = (kind: string, hash: string): string => `${versions}${kind}/${hash}`;
export const versions = "version/";
/** The kinds that hosts offer now. */
export const offersKey = "current";
