import type { AcceptHandler } from "../../../src/cluster/transport/transport.ts";
import type { Enter } from "../event-loop.ts";

/** A process as the network knows it. */
export interface Station {
  readonly node: string;
  /** Where others dial it. */
  readonly address: string;
  /** How it hears of anything. */
  readonly enter: Enter;
  /** It takes what comes. One that stands still does not. */
  readonly isReading: () => boolean;
  /** `undefined`: it does not listen, or no more. */
  handler: AcceptHandler | undefined;
  /** Its machine has gone with it: who dials hears nothing at all. */
  vanished: boolean;
}
