import type { Digest } from "../views.ts";
import type { TaskType } from "../../../engines/malware/index.ts";

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
/** What the executions of a task came to. */
export const answersOf = (taskId: string): string => `answer/${taskId}/`;
export const answerKey = (taskId: string, kind: string, nth: number): string => `${answersOf(taskId)}${kind}/${nth}`;

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
export const versionKey = (kind: string, hash: string): string => `version/${kind}/${hash}`;
/** The kinds that hosts offer now. */
export const offersKey = "current";
