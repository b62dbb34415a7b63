import type { Recorder } from "../support/history.ts";
import type { Detection } from "./detect/detection.ts";
import type { SimulatedNetwork } from "./network/simulated-network.ts";
import type { RequestLog } from "./request-log.ts";
import type { Response } from "./respond/response.ts";
import type { SimulatedStore } from "./simulated-store.ts";
import type { TalkHistory } from "./talk/talk-history.ts";
import type { Workload } from "./workload.ts";

/** One start of a node. */
export interface Incarnation {
  readonly id: string;
  readonly incarnation: string;
}

/** What a simulated node is made from. */
export interface NodeParts {
  readonly recorder: Recorder;
  readonly store: SimulatedStore;
  readonly workload: Workload;
  /** Absent: the node answers no events. */
  readonly response: Response | undefined;
  /** Absent: the node makes no verdicts. */
  readonly detection: Detection | undefined;
  readonly requests: RequestLog;
  readonly network: SimulatedNetwork;
  readonly talk: TalkHistory;
  readonly identity: Incarnation;
  /** Whether an actor has not stopped, and its node is a live member. */
  readonly runs: (actor: string) => boolean;
  readonly died: () => void;
}

/** Where a node listens: the same for every incarnation. */
export const addressOf = ({ id }: Incarnation): string => `127.0.0.1:${1_000 + Number(id.slice(1))}`;
