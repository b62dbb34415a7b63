import type { DetectorDescription } from "../../../../engines/malware/index.ts";
import type { Address } from "../../../../kernel/index.ts";
import type { CentrePort, RelayIdentity } from "../../centre-port.ts";
import type { StandInMessage } from "../detectors/stand-in-protocol.ts";
import type { ObjectsMessage } from "../objects/objects-protocol.ts";
import type { RelaySettings } from "../settings.ts";
import { HeldTasks } from "./held-tasks.ts";
import { Outbox } from "./outbox.ts";
import { ClaimWindow } from "./window.ts";

export interface TasksSetup {
  readonly identity: RelayIdentity;
  readonly centre: Pick<CentrePort, "fetchTasks" | "extend" | "report">;
  readonly settings: RelaySettings;
  readonly objects: Address<ObjectsMessage>;
}

/** A detector that lives, as the manager of the tasks knows it. */
export interface KnownDetector {
  readonly detector: string;
  readonly description: DetectorDescription;
  readonly standIn: Address<StandInMessage>;
}

/** Mutable and private to the manager of the tasks. */
export interface TasksState {
  readonly detectors: Map<string, KnownDetector>;
  readonly window: ClaimWindow;
  readonly held: HeldTasks;
  readonly outbox: Outbox;
  /** Requests for tasks under way. */
  fetching: number;
  /** The end of the window is near: its timer runs. */
  windowOpen: boolean;
  /** Tries in a row that failed, for the pause before the next one. */
  failedFetches: number;
  failedReports: number;
  extending: boolean;
  /** The shortest time that a claim holds. */
  shortestLeaseMs: number;
  keeping: boolean;
  readonly counts: {
    fetches: number;
    fetched: number;
    summaries: number;
    answers: number;
    givenBack: number;
    lost: number;
  };
}

export const emptyState = (): TasksState => ({
  detectors: new Map(),
  window: new ClaimWindow(),
  held: new HeldTasks(),
  outbox: new Outbox(),
  fetching: 0,
  windowOpen: false,
  failedFetches: 0,
  failedReports: 0,
  extending: false,
  shortestLeaseMs: Infinity,
  keeping: false,
  counts: { fetches: 0, fetched: 0, summaries: 0, answers: 0, givenBack: 0, lost: 0 },
});

const longestPauseMs = 5_000;

/** Before the next try, after so many that failed. */
export const pauseMs = (failed: number, firstMs: number): number =>
  Math.min(Math.max(longestPauseMs, firstMs), firstMs * 2 ** Math.min(failed, 10));
