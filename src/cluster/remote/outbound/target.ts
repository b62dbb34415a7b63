import type { ActorRef } from "../../../wire/index.ts";
import type { RemoteProtocol } from "../protocol.ts";

/** An actor of another node, as its peer sends to it. */
export interface Target {
  readonly ref: ActorRef;
  readonly protocol: RemoteProtocol<never>;
  /** At the peer; `TargetNumbers` looks after it. */
  number: number;
}
