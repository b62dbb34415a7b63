import type { StoreError } from "../errors.ts";
import { Connection, type ConnectionOptions } from "./connection.ts";
import type { StoreLog } from "./options.ts";
import type { Lane } from "./script-runner.ts";

/**
 * The connections of one store: large bodies on `queue` do not delay what is on `lease`; `hints` only listens, and is
 * made when somebody first waits for a change.
 */
export type Lanes = Readonly<Record<Lane | "hints", Connection>>;

export interface LanesOptions extends Omit<ConnectionOptions, "report" | "opened"> {
  /** Of calls on `lease`, in place of that in `bounds`. */
  readonly leaseTimeoutMs: number;
}

/** Losing a connection, and having it again, is written to the log once each. */
export const createLanes = (
  { leaseTimeoutMs, ...shared }: LanesOptions,
  log: StoreLog,
  opened: Readonly<Record<"lease" | "hints", NonNullable<ConnectionOptions["opened"]>>>,
): Lanes => ({
  lease: new Connection({
    ...shared,
    bounds: { ...shared.bounds, timeoutMs: leaseTimeoutMs },
    report: reporter("lease", log),
    opened: opened.lease,
  }),
  queue: new Connection({ ...shared, report: reporter("queue", log) }),
  hints: new Connection({ ...shared, report: reporter("hints", log), opened: opened.hints }),
});

/** Lets the calls under way end, then closes. Idempotent. */
export const closeLanes = async ({ lease, queue, hints }: Lanes): Promise<void> => {
  await Promise.all([lease.close(), queue.close(), hints.close()]);
};

const reporter = (connection: string, log: StoreLog): ConnectionOptions["report"] => {
  let lost = false;
  return (fault: StoreError | undefined) => {
    if (fault === undefined) log.info({ connection }, "Redis is connected again");
    else if (!lost)
      log.warn({ connection, code: fault.code, reason: fault.message }, "Redis is not connected; trying again");
    lost = fault !== undefined;
  };
};
