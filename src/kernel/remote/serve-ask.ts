import { LocalAddress } from "../cell/local-address.ts";
import type { Address } from "../address.ts";
import type { OpenAsk } from "../mail/ask.ts";

/** Who waits for an answer on behalf of another node. Told once, within the turn in which the ask ends, so that no later message overtakes it. */
export interface AskEnd {
  answered(reply: unknown): void;
  /** As `Address.ask` rejects. */
  failed(error: Error): void;
}

/**
 * Asks an actor of this node for another node; as `Address.ask`, without a promise.
 *
 * @param build must not throw
 * @param timeoutMs above 0, at most 2³¹ − 1
 * @throws KernelError `too-many-asks`; TypeError for the address of another node
 */
export const serveAsk = (
  address: Address<never>,
  build: (ask: OpenAsk) => unknown,
  timeoutMs: number,
  end: AskEnd,
): void => {
  const cell = LocalAddress.cellOf(address);
  if (cell === undefined) throw new TypeError(`${address.path} is no actor of this node`);
  const ask = cell.services.asks.add(
    cell,
    timeoutMs,
    (reply) => end.answered(reply),
    (error) => end.failed(error),
  );
  cell.deliverAsk(ask, build(ask));
};
