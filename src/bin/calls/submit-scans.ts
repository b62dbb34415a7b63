import { setMaxListeners } from "node:events";
import type { Clock } from "../../base/clock.ts";
import { asError } from "../../base/errors.ts";
import type { Random } from "../../base/random.ts";
import { ClientError, type GarrisonClient, type ScanOptions } from "../../client/index.ts";
import type { PackedBundle } from "../../engines/scan/index.ts";
import { inOrder } from "./in-order.ts";
import { mayHaveBeenStored } from "./lost-answer.ts";
import type { Say } from "../output/messages.ts";
import { Retrying } from "./retrying.ts";
import type { ListedTarget } from "./target-list.ts";

/** What became of one target. */
export type Submitted = ListedTarget & { readonly id: string } & (
    | { readonly outcome: "stored" }
    /** `unknown`: a try was made and no answer came, so that the node may have stored it. `refused`: it has not. */
    | { readonly outcome: "unknown" | "refused"; readonly error: Error }
  );

export interface SubmitSetup {
  readonly client: Pick<GarrisonClient, "scans">;
  readonly bundle: PackedBundle;
  readonly options: ScanOptions;
  readonly priority: number | undefined;
  readonly clock: Clock;
  readonly random: Random;
  /** Ends the tries of calls that fail; calls under way are waited for. */
  readonly signal: AbortSignal;
  readonly say: Say;
}

/** Calls under way, and results that wait for those before them, together. */
const atOnce = 32;
const longestSilenceMs = 60_000;

/**
 * Submits a scan for each target, as they come (their signal ends their reading), and yields what became of them in their order. Ids are made before the first try, so that a
 * repeated call stores nothing twice. The first call that fails for good stops the taking of targets: those under way still come.
 *
 * @throws what the targets throw, after everything taken before has been yielded
 */
export async function* submitScans(
  targets: (signal: AbortSignal) => AsyncIterable<ListedTarget>,
  setup: SubmitSetup,
): AsyncGenerator<Submitted> {
  const { client, bundle, options, priority, clock, random, signal, say } = setup;
  const onSilence = ({ message }: ClientError): void => say(`${message}; trying again`);
  const retrying = new Retrying({ clock, random, longestSilenceMs, onSilence });
  const stop = new AbortController();
  const ended = AbortSignal.any([signal, stop.signal]);
  // Every call that waits for another try listens to it.
  setMaxListeners(0, ended);

  let uploading: Promise<void> | undefined;
  const upload = (): Promise<void> => {
    uploading ??= retrying
      .call(() => client.scans.uploadBundle(bundle.hash, bundle.bytes), ended)
      .then(() => undefined)
      .finally(() => (uploading = undefined));
    return uploading;
  };

  const submit = async (listed: ListedTarget): Promise<Submitted> => {
    const id = random.id();
    const spec = { target: listed.target, bundle: bundle.hash, options };
    const tries = { lostAnswer: false };
    const attempt = async (): Promise<void> => {
      try {
        await client.scans.submit({ id, spec, ...(priority === undefined ? {} : { priority }) });
      } catch (error) {
        tries.lostAnswer ||= mayHaveBeenStored(error);
        throw error;
      }
    };
    try {
      try {
        await retrying.call(attempt, ended);
      } catch (error) {
        // A list that takes days may outlive a bundle that no scan has needed yet.
        if (!(error instanceof ClientError && error.reason === "bundle-unknown")) throw error;
        await upload();
        await retrying.call(attempt, ended);
      }
      return { ...listed, id, outcome: "stored" };
    } catch (thrown) {
      stop.abort();
      return { ...listed, id, outcome: tries.lostAnswer ? "unknown" : "refused", error: asError(thrown) };
    }
  };

  try {
    await upload();
    yield* inOrder(until(targets(ended), ended), atOnce, submit);
  } finally {
    stop.abort();
  }
}

async function* until<Item>(items: AsyncIterable<Item>, signal: AbortSignal): AsyncGenerator<Item> {
  for await (const item of items) {
    if (signal.aborted) return;
    yield item;
  }
}
