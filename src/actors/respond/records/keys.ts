import { createHash } from "node:crypto";

/** Where the records of events and runs lie. An event's key has one "/" or more in it, a run's id none. */

const digits = 13;
const lastInstant = 10 ** digits - 1;

/** A time as text that sorts the latest first. */
const latestFirst = (ms: number): string => String(lastInstant - Math.floor(ms)).padStart(digits, "0");

/** A time as text that sorts like the time. */
const instant = (ms: number): string => String(Math.floor(ms)).padStart(digits, "0");

const shortHash = (text: string, length: number): string =>
  createHash("sha256").update(text).digest("hex").slice(0, length);

/** What became of an event. */
export const eventKey = (key: string): string => `event/${key}`;
/** Events by when they were received, the latest first. */
export const eventsByTime = "event-time/";
export const eventTimeKey = (receivedAtMs: number, key: string): string =>
  `${eventsByTime}${latestFirst(receivedAtMs)}/${shortHash(key, 16)}`;

/** What limits how often a binding starts its playbooks. */
export const dedupKey = (binding: string, values: string): string => `dedup/${shortHash(`${binding}\0${values}`, 40)}`;
export const rateKey = (binding: string): string => `rate/${shortHash(binding, 40)}`;

/** Where a run stands, what it is about, what its playbook was given besides, and what it logged. */
export const runKey = (id: string): string => `run/${id}`;
export const runEventKey = (id: string): string => `run-event/${id}`;
export const runVariablesKey = (id: string): string => `run-variables/${id}`;
export const runLogKey = (id: string): string => `run-log/${id}`;

/** Runs by when they were made, the latest first. */
export const runsByTime = "run-time/";
export const runTimeKey = (createdAtMs: number, id: string): string => `${runsByTime}${latestFirst(createdAtMs)}/${id}`;
/** Runs that have ended, the first first. */
export const runsByEnd = "run-end/";
export const runEndKey = (endedAtMs: number, id: string): string => `${runsByEnd}${instant(endedAtMs)}/${id}`;
export const endedAtMsOf = (key: string): number => Number(key.slice(runsByEnd.length, runsByEnd.length + digits));
/** Runs that wait for a person or a time. */
export const waitingRuns = "run-waiting/";
export const waitingKey = (id: string): string => `${waitingRuns}${id}`;
/** Runs that somebody began to cancel. */
export const cancelledRuns = "run-cancelling/";
export const cancellingKey = (id: string): string => `${cancelledRuns}${id}`;

/** What persons said to a run that is under way, and its journal does not have yet. */
export const givenAnswersKey = (id: string): string => `run-answers/${id}`;

/** The run that an entry of an index is about. */
export const indexedRun = (key: string): string => key.slice(key.lastIndexOf("/") + 1);

/** The journal of a run, in the order of its steps. */
export const stepPrefix = (id: string): string => `step/${id}/`;
export const stepKey = (id: string, n: number): string => `${stepPrefix(id)}${String(n).padStart(6, "0")}`;

/** Playbooks: one head each, and their code in chunks. */
export const codeKey = (version: string): string => `code/${version}`;
export const codeChunkKey = (version: string, index: number): string =>
  `code-chunk/${version}/${String(index).padStart(3, "0")}`;

/** The id of the run of a playbook for an event, made by `why`: the same again is the same run. */
export const runIdOf = (why: "chosen" | "started" | "retried", about: string, playbook: string): string =>
  shortHash([why, about, playbook].join("\0"), 24);
