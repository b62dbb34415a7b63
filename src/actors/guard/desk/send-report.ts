import type { Clock } from "../../../base/clock.ts";
import { asError } from "../../../base/errors.ts";
import type { GuardReport, PartOutcome, ReportPart } from "../guard-port.ts";
import type { ShardMessage } from "../service/shard-message.ts";
import { guardKind } from "../service/shard-protocol.ts";
import { reportGroups } from "./report-groups.ts";
import type { ShardAsks } from "./shard-asks.ts";

export interface SendReportSetup {
  readonly asks: ShardAsks;
  readonly clock: Clock;
  /** How long all of it may take. */
  readonly reportMs: number;
}

interface Reported {
  readonly type: "reported";
  readonly outcomes: readonly PartOutcome[];
}

/**
 * Gives the parts of a report to the owners of their shards: all shards at the same time, each shard's messages one after another. What is not
 * stored when the time is over, or comes after something of its shard that is not, is to be sent again.
 *
 * @returns an outcome for each part, in the order of the report
 * @throws InterceptionError `invalid`
 */
export const sendReport = async (
  { asks, clock, reportMs }: SendReportSetup,
  report: GuardReport,
  signal: AbortSignal,
): Promise<readonly PartOutcome[]> => {
  const { proxy, incarnation, parts } = report;
  const untilMs = clock.monotonicMs() + reportMs;
  const outcomes = new Map<string, PartOutcome>();

  const sendShard = async (shard: number, messages: readonly (readonly ReportPart[])[]): Promise<void> => {
    for (const message of messages) {
      const question = (replyTo: ReportQuestion["replyTo"]): ShardMessage => ({
        type: "report",
        from: { proxy, incarnation },
        parts: message,
        replyTo,
      });
      try {
        const leftMs = untilMs - clock.monotonicMs();
        const reply = await asks.ask<Reported>(shard, question, signal, leftMs);
        for (const outcome of reply.outcomes) outcomes.set(nameOf(outcome), outcome);
        if (reply.outcomes.some(({ problem }) => problem !== undefined)) return;
      } catch (thrown) {
        const problem = asError(thrown).message;
        for (const { sequence } of message) outcomes.set(nameOf({ shard, sequence }), { shard, sequence, problem });
        return;
      }
    }
  };

  await Promise.all([...reportGroups(report, guardKind.shards)].map(([shard, messages]) => sendShard(shard, messages)));
  return parts.map(
    ({ shard, sequence }) =>
      outcomes.get(nameOf({ shard, sequence })) ?? { shard, sequence, problem: "one before it is not stored" },
  );
};

type ReportQuestion = Extract<ShardMessage, { readonly type: "report" }>;

const nameOf = ({ shard, sequence }: Pick<PartOutcome, "shard" | "sequence">): string => `${shard}/${sequence}`;
