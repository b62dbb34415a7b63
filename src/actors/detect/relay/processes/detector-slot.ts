import type { ConfiguredDetectors, DetectorProcess } from "./detector-process.ts";

/** The place of one detector that the relay starts. Mutable, private to the manager of the processes. */
export interface DetectorSlot {
  /** Also the name that the detector uses. */
  readonly detector: string;
  readonly configured: ConfiguredDetectors;
  /** Set from the start of its process until that has ended. */
  process: Promise<DetectorProcess> | undefined;
  /** It is ended because nothing comes for it, and is not begun again by itself. */
  idle: boolean;
  /** Ends in a row without a heartbeat between. */
  failures: number;
  busyAtMs: number;
}

/** The places of all of them; a kind has them in the order of their numbers, from 1. */
export const slotsOf = (configured: readonly ConfiguredDetectors[], nowMs: number): ReadonlyMap<string, DetectorSlot> =>
  new Map(
    configured.flatMap((detectors) =>
      Array.from({ length: detectors.count }, (_, index) => {
        const detector = `${detectors.kind}-${index + 1}`;
        return [
          detector,
          { detector, configured: detectors, process: undefined, idle: true, failures: 0, busyAtMs: nowMs },
        ] as const;
      }),
    ),
  );
