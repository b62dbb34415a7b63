import { setMaxListeners } from "node:events";
import type { Clock } from "../../../base/clock.ts";
import { asError } from "../../../base/errors.ts";
import type { Random } from "../../../base/random.ts";
import type { ClientError, GarrisonClient } from "../../../client/index.ts";
import type { EventError } from "../../../engines/events/index.ts";
import type { Say } from "../../output/messages.ts";
import { inOrder } from "../in-order.ts";
import { mayHaveBeenStored } from "../lost-answer.ts";
import { Retrying } from "../retrying.ts";
import { batchesOf } from "./batches.ts";
import type { ReadEvent } from "./read-event.ts";

/** What became of one part of a file. */
export type Sent =
  | { readonly line: number; readonly outcome: "accepted" | "known"; readonly key: string }
  | { readonly line: number; readonly outcome: "invalid"; readonly problem: EventError }
  /** `unknown`: a try was made and no answer came, so that the node may have stored it. `refused`: it has not. */
  | { readonly line: number; readonly outcome: "unknown" | "refused"; readonly id: string; readonly error: Error };

export interface SendSetup {
  readonly client: { readonly events: Pick<GarrisonClient["events"], "report"> };
  readonly clock: Clock;
  readonly random: Random;
  /** Ends the tries of calls that fail; calls under way are waited for. */
  readonly signal: AbortSignal;
  readonly say: Say;
}

/** Below what one call may have, in events and in bytes. */
const batchEvents = 250;
const batchBytes = 512 * 1024;
/** A line that is typed, or followed, is sent as soon as no other comes with it. */
const batchWaitMs = 20;
/** Calls under way, and results that wait for those before them, together. */
const atOnce = 4;
const longestSilenceMs = 60_000;

const bytesOf = (listed: ReadEvent): number =>
  "event" in listed ? Buffer.byteLength(JSON.stringify(listed.event)) : 0;

/**
 * Reports events as they come (their signal ends their reading) and yields what became of each, in their order. They have their ids
 * before the first try, so that a repeated call stores nothing twice. A full queue is waited for. The first call that fails for good stops
 * the taking of events: those under way still come.
 *
 * @throws what the events throw, after everything taken before has been yielded
 */
export async function* sendEvents(
  events: (signal: AbortSignal) => AsyncIterable<ReadEvent>,
  { client, clock, random, signal, say }: SendSetup,
): AsyncGenerator<readonly Sent[]> {
  const onSilence = ({ message }: ClientError): void => say(`${message}; trying again`);
  const retrying = new Retrying({ clock, random, longestSilenceMs, onSilence });
  const stop = new AbortController();
  const ended = AbortSignal.any([signal, stop.signal]);
  // Every call that waits for another try listens to it.
  setMaxListeners(0, ended);

  const send = async (batch: readonly ReadEvent[]): Promise<readonly Sent[]> => {
    const reported = batch.flatMap((listed) => ("event" in listed ? [listed.event] : []));
    const tries = { lostAnswer: false };
    const attempt = async () => {
      try {
        return await client.events.report(reported);
      } catch (error) {
        tries.lostAnswer ||= mayHaveBeenStored(error);
        throw error;
      }
    };
    try {
      const receipts = reported.length === 0 ? [] : await retrying.call(attempt, ended);
      const next = receipts.values();
      return batch.map((listed) => {
        const { line } = listed;
        if ("problem" in listed) return { line, outcome: "invalid", problem: listed.problem };
        const { key, known } = next.next().value ?? missingReceipt();
        return { line, outcome: known ? "known" : "accepted", key };
      });
    } catch (thrown) {
      stop.abort();
      const error = asError(thrown);
      const outcome = tries.lostAnswer ? "unknown" : "refused";
      return batch.map((listed) => {
        const { line } = listed;
        if ("problem" in listed) return { line, outcome: "invalid", problem: listed.problem };
        return { line, outcome, id: listed.event.id, error };
      });
    }
  };

  const bounds = { items: batchEvents, bytes: batchBytes, bytesOf, waitMs: batchWaitMs };
  try {
    yield* inOrder(until(batchesOf(events(ended), bounds, clock), ended), atOnce, send);
  } finally {
    stop.abort();
  }
}

const missingReceipt = (): never => {
  throw new Error("the node has answered for fewer events than it was sent");
};

async function* until<Item>(items: AsyncIterable<Item>, signal: AbortSignal): AsyncGenerator<Item> {
  for await (const item of items) {
    if (signal.aborted) return;
    yield item;
  }
}
