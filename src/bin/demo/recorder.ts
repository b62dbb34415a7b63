import type { ScanEvent } from "../../actors/scan/index.ts";
import type { Clock } from "../../base/clock.ts";
import type { ClientLog } from "./ledger.ts";

/** Writes the client's log of a run from what it is told on the way. */
export class DemoRecorder implements ClientLog {
  readonly accepted = new Map<string, number>();
  restarts = 0;
  takeoverMs = 0;
  readonly #clock: Clock;
  /** What each probe works on. */
  readonly #running = new Map<number, string>();
  /** When the work of a killed probe was interrupted, by subtask. */
  readonly #interruptedMs = new Map<string, number>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  readonly notify = (event: ScanEvent): void => {
    switch (event.type) {
      case "started": {
        this.#running.set(event.probe, event.subtaskId);
        const since = this.#interruptedMs.get(event.subtaskId);
        if (since !== undefined) this.takeoverMs = Math.max(this.takeoverMs, this.#clock.monotonicMs() - since);
        this.#interruptedMs.delete(event.subtaskId);
        return;
      }
      case "finished":
        this.accepted.set(event.subtaskId, (this.accepted.get(event.subtaskId) ?? 0) + 1);
        for (const [probe, subtask] of this.#running) if (subtask === event.subtaskId) this.#running.delete(probe);
        return;
      case "probe-restarted":
        this.restarts += 1;
        return;
      case "planned":
      case "refused":
      case "task-ended":
        return;
    }
  };

  killed(probe: number): void {
    const subtask = this.#running.get(probe);
    if (subtask !== undefined) this.#interruptedMs.set(subtask, this.#clock.monotonicMs());
    this.#running.delete(probe);
  }
}
