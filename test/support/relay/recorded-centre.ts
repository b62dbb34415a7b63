import { createHash } from "node:crypto";
import {
  DetectError,
  type CentrePort,
  type FetchedTask,
  type ObjectSource,
  type OfferedKind,
  type RelayIdentity,
  type TaskClaim,
  type TaskSummary,
  type WantedTasks,
} from "../../../src/actors/detect/index.ts";
import type { Clock } from "../../../src/base/clock.ts";
import type { DetectorAnswer, TaskType } from "../../../src/engines/malware/index.ts";
import type { Gate } from "../actors.ts";

interface Item {
  readonly taskId: string;
  readonly kind: string;
  readonly nth: number;
  readonly taskType: TaskType;
  readonly object: ObjectSource;
  readonly endsAtMs: number;
  notBeforeMs: number;
  token: number;
  claimedUntilMs: number;
  answer: DetectorAnswer | undefined;
}

export interface NewTask {
  readonly bytes: Uint8Array;
  readonly kinds: readonly { readonly kind: string; readonly count?: number }[];
  readonly taskType?: TaskType;
  readonly leftMs?: number;
}

/** What goes wrong with the n-th download of an object, from 1. */
export type DownloadFault = "broken" | "corrupt" | "too-long" | "too-short" | "silent" | "gone";

/**
 * A detection centre in memory that behaves as a real one does towards relays: executions are claimed under tokens that run out, come back
 * after a delay when they are given back, and end once. It notes everything that it is asked for.
 */
export class RecordedCentre implements CentrePort {
  readonly fetches: { readonly wanted: readonly WantedTasks[]; readonly taskIds: readonly string[] | undefined }[] = [];
  readonly announced: (readonly OfferedKind[])[] = [];
  /** One entry for each message. */
  readonly messages: (readonly TaskSummary[])[] = [];
  readonly downloads: string[] = [];
  /** Where each download was to come from. */
  readonly asked: (readonly string[])[] = [];
  extensions = 0;
  /** How long an answer to the last of them was waited for. */
  extendedWithinMs = 0;
  sentBytes = 0;
  /** Downloads that have not ended. */
  open = 0;
  mostOpen = 0;
  leaseMs = 30_000;
  /** Calls fail as when no centre can be reached. */
  unreachable = false;
  /** Downloads wait for it. */
  gate: Gate | undefined;
  /** Nodes that have the objects, as whoever fetches tasks is told. */
  addresses: readonly string[] = ["127.0.0.1:7070"];
  fault: (sha256: string, nth: number) => DownloadFault | undefined = () => undefined;
  /** Of which version the detectors have to be; absent: of any. */
  version: string | undefined;
  refuse: (summary: TaskSummary) => boolean = () => false;
  readonly #items: Item[] = [];
  readonly #objects = new Map<string, Uint8Array>();
  readonly #clock: Clock;
  #tokens = 0;
  #tasks = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  submit({ bytes, kinds, taskType = "sample-file", leftMs = 600_000 }: NewTask): string {
    const taskId = `t-${(this.#tasks += 1).toString(16).padStart(32, "0")}`;
    const sha256 = createHash("sha256").update(bytes).digest("hex");
    this.#objects.set(sha256, bytes);
    const object = { sha256, size: bytes.byteLength, addresses: this.addresses };
    const now = this.#clock.monotonicMs();
    for (const { kind, count = 1 } of kinds) {
      for (let nth = 0; nth < count; nth += 1) {
        this.#items.push({
          ...{ taskId, kind, nth, taskType, object, endsAtMs: now + leftMs, notBeforeMs: now },
          ...{ token: 0, claimedUntilMs: 0, answer: undefined },
        });
      }
    }
    return taskId;
  }

  get summaries(): readonly TaskSummary[] {
    return this.messages.flat();
  }

  /** A detector has answered the first execution of a task, as an earlier life of the relay reported. */
  answeredBefore(taskId: string, detector: string): void {
    const item = this.#items.find((one) => one.taskId === taskId && one.answer === undefined);
    if (item === undefined) throw new Error(`nothing of ${taskId} is left to be answered`);
    item.answer = {
      ...{ kind: item.kind, detector, host: "host", engineVersion: "1", signatureVersion: "1", tookMs: 1 },
      result: { outcome: "no-opinion" },
    };
  }

  /** The answers that counted, by task. */
  answersOf(taskId: string): readonly DetectorAnswer[] {
    return this.#items.flatMap((item) => (item.taskId === taskId && item.answer !== undefined ? [item.answer] : []));
  }

  /** Executions that have not ended. */
  get unanswered(): number {
    return this.#items.filter(({ answer }) => answer === undefined).length;
  }

  /** Executions that nobody has claimed or ended. */
  get waiting(): number {
    const now = this.#clock.monotonicMs();
    return this.#items.filter(({ answer, claimedUntilMs }) => answer === undefined && claimedUntilMs <= now).length;
  }

  /** Ends all tasks, as when they were decided from what was there: claims on them are lost. */
  cancel(): void {
    for (const item of this.#items) Object.assign(item, { claimedUntilMs: 0, notBeforeMs: Infinity });
  }

  /** Takes all claims away, as when they have run out here and nowhere else. */
  revoke(): void {
    for (const item of this.#items) item.claimedUntilMs = 0;
  }

  announce(_relay: RelayIdentity, kinds: readonly OfferedKind[]): ReturnType<CentrePort["announce"]> {
    return this.#answer(() => {
      this.announced.push(kinds);
      const now = this.#clock.monotonicMs();
      return kinds.map(({ kind }) => ({
        kind,
        waiting: this.#items.filter((item) => item.kind === kind && this.#isFree(item, now)).length,
      }));
    });
  }

  fetchTasks(
    _relay: RelayIdentity,
    wanted: readonly WantedTasks[],
    taskIds?: readonly string[],
  ): Promise<readonly FetchedTask[]> {
    return this.#answer(() => {
      this.fetches.push({ wanted, taskIds });
      const now = this.#clock.monotonicMs();
      return wanted.flatMap(({ kind, taskTypes, count }) =>
        this.#items
          .filter((item) => item.kind === kind && taskTypes.includes(item.taskType) && this.#isFree(item, now))
          .filter(({ taskId }) => taskIds === undefined || taskIds.includes(taskId))
          .slice(0, count)
          .map((item) => this.#claim(item, now)),
      );
    });
  }

  extend(_relay: RelayIdentity, claims: readonly TaskClaim[], withinMs: number): Promise<readonly TaskClaim[]> {
    return this.#answer(() => {
      this.extensions += 1;
      this.extendedWithinMs = withinMs;
      const lost = claims.filter((claim) => this.#held(claim) === undefined);
      for (const claim of claims) {
        const item = this.#held(claim);
        if (item !== undefined) item.claimedUntilMs = this.#clock.monotonicMs() + this.leaseMs;
      }
      return lost;
    });
  }

  report(_relay: RelayIdentity, summaries: readonly TaskSummary[]): Promise<readonly TaskClaim[]> {
    return this.#answer(() => {
      if (summaries.some((summary) => this.refuse(summary))) throw new DetectError("invalid", "a summary is refused");
      this.messages.push(summaries);
      const lost: TaskClaim[] = [];
      for (const { answers, givenBack } of summaries) {
        for (const { claim, answer } of answers) {
          const item = this.#held(claim);
          if (item === undefined) lost.push(claim);
          else Object.assign(item, { answer, claimedUntilMs: 0 });
        }
        for (const { claim, delayMs } of givenBack) {
          const item = this.#held(claim);
          if (item === undefined) lost.push(claim);
          else Object.assign(item, { claimedUntilMs: 0, notBeforeMs: this.#clock.monotonicMs() + delayMs });
        }
      }
      return lost;
    });
  }

  async *download({ sha256, addresses }: ObjectSource, signal: AbortSignal): AsyncGenerator<Uint8Array> {
    this.downloads.push(sha256);
    this.asked.push(addresses);
    const fault = this.fault(sha256, this.downloads.filter((one) => one === sha256).length);
    this.open += 1;
    this.mostOpen = Math.max(this.mostOpen, this.open);
    try {
      if (fault === "gone") throw new DetectError("not-found", `no sample ${sha256}`);
      if (addresses.length === 0) throw new DetectError("unavailable", "no node is up", { retryable: true });
      if (this.gate !== undefined) await Promise.race([this.gate.opened, aborted(signal)]);
      for (const chunk of chunksOf(this.#objects.get(sha256) ?? new Uint8Array(), fault)) {
        this.sentBytes += chunk.byteLength;
        yield chunk;
        if (fault === "broken") throw new DetectError("unavailable", "the connection broke", { retryable: true });
        if (fault === "silent") await aborted(signal);
      }
    } finally {
      this.open -= 1;
    }
  }

  #isFree({ answer, claimedUntilMs, notBeforeMs }: Item, now: number): boolean {
    return answer === undefined && claimedUntilMs <= now && notBeforeMs <= now;
  }

  #claim(item: Item, now: number): FetchedTask {
    item.token = this.#tokens += 1;
    item.claimedUntilMs = now + this.leaseMs;
    const { taskId, kind, nth, token, taskType, endsAtMs } = item;
    const object = { ...item.object, addresses: this.addresses };
    const answeredBy = this.answersOf(taskId).flatMap((answer) => (answer.kind === kind ? [answer.detector] : []));
    const times = { claimLeftMs: this.leaseMs, taskLeftMs: endsAtMs - now };
    const version = this.version === undefined ? {} : { version: this.version };
    return { taskId, kind, nth, token, taskType, object, ...times, answeredBy, ...version };
  }

  #held({ taskId, kind, nth, token }: TaskClaim): Item | undefined {
    const now = this.#clock.monotonicMs();
    return this.#items.find(
      (item) =>
        item.taskId === taskId &&
        item.kind === kind &&
        item.nth === nth &&
        item.token === token &&
        item.claimedUntilMs > now,
    );
  }

  async #answer<Answer>(run: () => Answer): Promise<Answer> {
    await Promise.resolve();
    if (this.unreachable) throw new DetectError("no-centre", "no centre can be reached", { retryable: true });
    return run();
  }
}

const chunkBytes = 65_536;

function* chunksOf(bytes: Uint8Array, fault: DownloadFault | undefined): Generator<Uint8Array> {
  const sent = fault === "too-short" ? bytes.subarray(0, bytes.byteLength - 1) : bytes;
  for (let at = 0; at < sent.byteLength; at += chunkBytes) {
    const chunk = Uint8Array.from(sent.subarray(at, at + chunkBytes));
    if (fault === "corrupt") chunk[0] = (chunk[0] ?? 0) ^ 1;
    yield chunk;
  }
  if (fault === "too-long") yield new Uint8Array(1);
}

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });
