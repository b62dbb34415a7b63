import type { Clock } from "../../base/clock.ts";
import { GarrisonError } from "../../base/errors.ts";
import { ClientError, type GarrisonClient, type ScanState } from "../../client/index.ts";
import type { Retrying } from "./retrying.ts";

class StopError extends GarrisonError<"scans-left"> {}

export interface StopSetup {
  readonly client: Pick<GarrisonClient, "scans">;
  readonly retrying: Retrying;
  readonly clock: Clock;
  /** Ends it between two calls. */
  readonly signal: AbortSignal;
  /** Told how many have been cancelled until now. */
  readonly onCancelled: (count: number) => void;
}

const open: readonly ScanState[] = ["waiting", "paused", "running"];
const atOnce = 32;
const pageSize = 500;
const pauseMs = 250;
/** Scans that neither end nor can be cancelled for so long are left. */
const longestStandstillMs = 30_000;

/**
 * Cancels every scan that has not ended, also those that are submitted meanwhile, until there is none left. Returns how many it cancelled.
 *
 * @throws StopError when some stay open although they were cancelled, ClientError
 */
export const stopScans = async (setup: StopSetup): Promise<number> => {
  const { clock, signal, onCancelled } = setup;
  let cancelled = 0;
  let progressMs = clock.monotonicMs();
  const goOn = (): boolean => !signal.aborted;
  while (goOn()) {
    let found = 0;
    for await (const ids of openScans(setup)) {
      found += ids.length;
      for (let at = 0; at < ids.length && goOn(); at += atOnce) {
        const ended = await Promise.all(ids.slice(at, at + atOnce).map((id) => cancel(setup, id)));
        const now = ended.filter(Boolean).length;
        if (now > 0) progressMs = clock.monotonicMs();
        cancelled += now;
        onCancelled(cancelled);
      }
    }
    if (found === 0) break;
    if (clock.monotonicMs() - progressMs > longestStandstillMs) {
      throw new StopError("scans-left", `${found} scans are still open although they were cancelled`);
    }
    await new Promise<void>((resolve) => clock.after(pauseMs, resolve));
  }
  return cancelled;
};

/** The ids of scans that have not ended, a page at a time. */
async function* openScans({ client, retrying, signal }: StopSetup): AsyncGenerator<readonly string[]> {
  let pageToken = "";
  do {
    const token = pageToken;
    const page = await retrying.call(() => client.scans.list({ pageSize, pageToken: token, states: open }), signal);
    yield page.scans.map(({ id }) => id);
    pageToken = page.nextPageToken;
  } while (pageToken !== "" && !signal.aborted);
}

/** False: it had ended, or is forgotten, already. */
const cancel = async ({ client, retrying, signal }: StopSetup, id: string): Promise<boolean> => {
  try {
    return await retrying.call(() => client.scans.cancel(id), signal);
  } catch (error) {
    if (error instanceof ClientError && error.code === "not-found") return false;
    throw error;
  }
};
