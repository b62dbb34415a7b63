import type { GarrisonClient } from "../../client/index.ts";
import type { ConnectionFlags } from "../commands/common-flags.ts";
import { createSay } from "../output/messages.ts";
import { endOnInterrupt, listenForInterrupt } from "../process/interrupt.ts";

/**
 * Calls a node that the flags, the environment or the config name, as the caller that they name, and lets go of it when `work` has settled.
 * For work of a few calls: Ctrl-C ends the process where it is.
 *
 * @throws UsageError for what the person can mend: address, token, unknown ids, input that the node refuses
 */
export const callNode = async <Result>(
  flags: ConnectionFlags,
  work: (client: GarrisonClient) => Promise<Result>,
): Promise<Result> => {
  const release = endOnInterrupt();
  try {
    const { connected } = await import("./connected.ts");
    return await connected(flags, work);
  } finally {
    release();
  }
};

/** As `callNode`, for work that takes long: its signal aborts at Ctrl-C, then it ends in order and says what the process ends with. */
export const callNodeLong = async <Result>(
  flags: ConnectionFlags,
  work: (client: GarrisonClient, signal: AbortSignal) => Promise<Result>,
): Promise<Result> => {
  const interrupt = listenForInterrupt(createSay(flags.quiet === true));
  try {
    const { connected } = await import("./connected.ts");
    return await connected(flags, (client) => work(client, interrupt.signal));
  } finally {
    interrupt.release();
  }
};
