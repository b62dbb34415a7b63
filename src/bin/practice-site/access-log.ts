import { appendFileSync, closeSync, openSync } from "node:fs";
import { asError } from "../../base/errors.ts";
import { PracticeSiteError } from "./errors.ts";

/** One request that reached the site. */
export interface AccessRecord {
  /** 1, 2, 3, … in the order in which the requests were decided; no number is left out. */
  readonly sequence: number;
  /** When the request arrived, in milliseconds of the clock's monotonic time. */
  readonly atMs: number;
  /** `-` when the request could not be parsed. */
  readonly method: string;
  /** Path and query as sent, cut at 4,096 characters; `-` when the request could not be parsed. */
  readonly path: string;
  /** As answered; 499 when the client went away before it was answered. */
  readonly status: number;
  /** Cut at 256 characters. */
  readonly userAgent: string;
}

export type AccessFacts = Omit<AccessRecord, "sequence">;

const keptRecords = 100_000;

/**
 * The list of all requests. A record is written to the file (one JSON object a line) before `add` returns, so what a
 * client was answered is in the file even when the process is killed. In memory the newest 100,000 are kept.
 */
export class AccessLog {
  readonly #file: number | undefined;
  readonly #records: AccessRecord[] = [];
  #count = 0;
  #closed = false;

  /** Appends to `path`, or keeps the records in memory only. Throws `log-unwritable`. */
  constructor(path: string | undefined) {
    this.#file = path === undefined ? undefined : openLog(path);
  }

  add(facts: AccessFacts): void {
    if (this.#closed) return;
    this.#count += 1;
    const record: AccessRecord = {
      sequence: this.#count,
      ...facts,
      path: facts.path.slice(0, 4_096),
      userAgent: facts.userAgent.slice(0, 256),
    };
    if (this.#file !== undefined) appendFileSync(this.#file, `${JSON.stringify(record)}\n`);
    this.#records.push(record);
    if (this.#records.length >= 2 * keptRecords) this.#records.splice(0, keptRecords);
  }

  /** The newest records (at least the last 100,000), oldest first. */
  newest(): readonly AccessRecord[] {
    return this.#records;
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    if (this.#file !== undefined) closeSync(this.#file);
  }
}

const openLog = (path: string): number => {
  try {
    return openSync(path, "a", 0o600);
  } catch (thrown) {
    throw new PracticeSiteError("log-unwritable", `The access log cannot be opened: ${asError(thrown).message}`, {
      ids: { path },
      cause: thrown,
    });
  }
};
