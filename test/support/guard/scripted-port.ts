import type {
  FeedChanges,
  FeedMessage,
  FeedRequest,
  GuardPort,
  GuardReport,
  PartOutcome,
} from "../../../src/actors/guard/guard-port.ts";
import { tableChecksum } from "../../../src/actors/guard/table-checksum.ts";
import type { Interception } from "../../../src/shared-memory/index.ts";

/** A feed under way, which the test writes. */
export interface OpenFeed {
  readonly request: FeedRequest;
  readonly signal: AbortSignal;
  push(...messages: readonly FeedMessage[]): void;
  fail(error: Error): void;
}

export const storedOutcomes = ({ parts }: GuardReport): readonly PartOutcome[] =>
  parts.map(({ shard, sequence }) => ({ shard, sequence, problem: undefined }));

/** The changes that make a table whole, or the first that a shard without any has. */
export const wholeShard = (
  shard: number,
  sequence: number,
  put: readonly Interception[] = [],
  more: Partial<FeedChanges> = {},
): FeedChanges => ({
  type: "changes",
  shard,
  afterSequence: 0,
  sequence,
  anew: true,
  put,
  dropped: [],
  complete: true,
  entries: put.length,
  checksum: tableChecksum(put),
  ...more,
});

/** The service as a test wants it to be. */
export class ScriptedGuardPort implements GuardPort {
  readonly reports: GuardReport[] = [];
  readonly signals: AbortSignal[] = [];
  readonly feeds: OpenFeed[] = [];
  /** Tells what becomes of a report. */
  answer: (report: GuardReport) => Promise<readonly PartOutcome[]> = (report) =>
    Promise.resolve(storedOutcomes(report));

  report(report: GuardReport, signal: AbortSignal): Promise<readonly PartOutcome[]> {
    this.reports.push(report);
    this.signals.push(signal);
    return this.answer(report);
  }

  async *subscribe(request: FeedRequest, signal: AbortSignal): AsyncGenerator<FeedMessage> {
    const waiting: (FeedMessage | Error)[] = [];
    let wake: () => void = () => undefined;
    const add = (...more: readonly (FeedMessage | Error)[]): void => {
      waiting.push(...more);
      wake();
    };
    this.feeds.push({ request, signal, push: add, fail: add });
    signal.addEventListener("abort", () => wake());
    for (;;) {
      const next = waiting.shift();
      if (next instanceof Error) throw next;
      if (signal.aborted) return;
      if (next !== undefined) yield next;
      else await new Promise<void>((resolve) => (wake = resolve));
    }
  }

  /** The latest feed. */
  get feed(): OpenFeed {
    const feed = this.feeds.at(-1);
    if (feed === undefined) throw new Error("nobody has subscribed");
    return feed;
  }
}
