import type { Clock } from "../../../base/clock.ts";
import type { Json } from "../../../base/json.ts";
import {
  playbookBounds,
  type LogLine,
  type PlaybookVersion,
  type StepEnd,
  type StepStart,
} from "../../../engines/playbook/index.ts";
import type { Change } from "../../../store/index.ts";
import { runKey, runLogKey, stepKey } from "../records/keys.ts";
import type { RunRecord } from "../records/run-record.ts";
import { isAsked, isExecuted, type StepRecord } from "../records/step-record.ts";
import type { RespondEvent } from "../setup.ts";
import type { ClaimWriter } from "./claim-writer.ts";
import type { RunLog } from "./run-log.ts";

export interface RunJournalSetup {
  readonly clock: Clock;
  readonly writer: Pick<ClaimWriter, "claim" | "write">;
  readonly notify: (event: RespondEvent) => void;
}

/** What the process of a run told that no process may tell. The run fails. */
export interface JournalFault {
  readonly reason: "protocol" | "too-large";
  readonly message: string;
}

/** Of all steps of one run, as JSON: it has to fit into one frame to a process, and into memory. */
const mostChars = 48 * 1024 * 1024;

/** A run as an execution of it begins. */
export interface JournaledRun {
  readonly id: string;
  readonly playbook: Pick<PlaybookVersion, "kind">;
  readonly run: RunRecord;
  readonly steps: readonly StepRecord[];
  readonly log: RunLog;
}

/**
 * Keeps what one execution of a run did, before it has an effect and before the playbook hears of it. Whatever is kept is guarded by the
 * claim on the run: of two executions that believe to hold it, only one can keep anything.
 */
export class RunJournal {
  readonly #setup: RunJournalSetup;
  readonly #id: string;
  readonly #steps: Map<number, StepRecord>;
  readonly #log: RunLog;
  readonly #asked: Set<number>;
  readonly #playbook: Pick<PlaybookVersion, "kind">;
  #run: RunRecord;
  #chars: number;
  /** What the process did that it must not: nothing more is kept of it. */
  #fault: JournalFault | undefined;
  /** A log is on its way to the store: the next one waits here, not there. */
  #keepsLog = false;

  constructor(setup: RunJournalSetup, { id, playbook, run, steps, log }: JournaledRun) {
    this.#setup = setup;
    this.#id = id;
    this.#playbook = playbook;
    this.#run = run;
    this.#steps = new Map(steps.map((step) => [step.n, step]));
    this.#asked = new Set(steps.filter(isAsked).map(({ n }) => n));
    this.#log = log;
    this.#chars = JSON.stringify(steps).length;
  }

  get run(): RunRecord {
    return this.#run;
  }

  get fault(): JournalFault | undefined {
    return this.#fault;
  }

  /** Steps that a person is to do. */
  get asked(): ReadonlySet<number> {
    return this.#asked;
  }

  /** Why the run must not wait; `undefined`: it may. */
  faultOfWaiting(untilMs: number | undefined): JournalFault | undefined {
    const executed = [...this.#steps.values()].find((step) => step.end === undefined && isExecuted(step));
    if (executed !== undefined)
      return { reason: "protocol", message: `it waits while step ${executed.n} is under way` };
    if (untilMs !== undefined ? Number.isFinite(untilMs) : this.#asked.size > 0) return undefined;
    return { reason: "protocol", message: "it waits for nobody and no time" };
  }

  /** Resolves once the starts are kept. Rejects if they cannot be: nobody may act on them. */
  async stepsStarted(starts: readonly StepStart[]): Promise<void> {
    const changes: Change[] = [];
    for (const { n, name, input, by, idempotent, heard } of starts) {
      this.#require(n === this.#steps.size + 1, `step ${n} started after ${this.#steps.size} steps`);
      this.#require(by !== "person" || this.#playbook.kind === "cacao", `step ${n} of a module is done by a person`);
      const startedAtMs = this.#setup.clock.wallMs();
      const executor = by === "thread" ? {} : { by };
      const put = this.#put({ n, name, input, ...executor, idempotent, heard, startedAtMs, executions: 1 });
      // Should this commit arrive again, and late, it does not take back how the step ended.
      changes.push({ ...put, expectedVersion: 0 });
      if (by === "person") this.#asked.add(n);
      const { steps } = this.#run;
      this.#run = { ...this.#run, steps: { ...steps, started: steps.started + 1 } };
    }
    await this.#keep(changes);
    for (const { n, name } of starts) {
      this.#setup.notify({ type: "step-started", runId: this.#id, step: n, name });
    }
  }

  /** Resolves once the ends are kept, in this order. Rejects if they cannot be. */
  async stepsEnded(ends: readonly StepEnd[]): Promise<void> {
    const atMs = this.#setup.clock.wallMs();
    const changes: Change[] = [];
    const ended: StepRecord[] = [];
    for (const { n, result } of ends) {
      const known = this.#steps.get(n);
      this.#require(known !== undefined && known.end === undefined, `step ${n} ended that was not under way`);
      const counts = { ...this.#run.steps };
      counts[result.state] += 1;
      this.#run = { ...this.#run, steps: counts };
      const step: StepRecord = { ...known, end: { order: counts.done + counts.failed, atMs, result } };
      changes.push(this.#put(step));
      this.#asked.delete(n);
      ended.push(step);
    }
    await this.#keep(changes);
    for (const { n, startedAtMs, end } of ended) {
      if (end === undefined) continue;
      const { state } = end.result;
      const tookMs = Math.max(0, atMs - startedAtMs);
      this.#setup.notify({ type: "step-ended", runId: this.#id, step: n, state, tookMs });
    }
  }

  logged(lines: readonly LogLine[]): void {
    this.#log.add(lines);
  }

  /** Keeps what was logged since it was last kept, one time after the other. It may be lost. */
  keepLog(): void {
    if (this.#keepsLog) return;
    const log = this.#log.take();
    if (log === undefined) return;
    this.#keepsLog = true;
    const kept = (): void => {
      this.#keepsLog = false;
    };
    this.#setup.writer.write([this.#putLog(log)]).then(kept, kept);
  }

  /** Keeps the end of this execution after everything else. */
  async end(changes: readonly Change[]): Promise<void> {
    const log = this.#log.take();
    await this.#setup.writer.write([...(log === undefined ? [] : [this.#putLog(log)]), ...changes]);
  }

  /** Keeps all that was logged, in a commit that may be made again. */
  logChanges(): readonly Change[] {
    const { lines } = this.#log;
    return lines.length === 0 ? [] : [this.#putLog(lines)];
  }

  #putLog(lines: Json): Change {
    return { type: "put", key: runLogKey(this.#id), value: lines };
  }

  #put(step: StepRecord): Extract<Change, { readonly type: "put" }> {
    const chars = JSON.stringify(step).length;
    this.#chars += chars;
    if (this.#chars > mostChars || step.n > playbookBounds.steps) {
      this.#fail({ reason: "too-large", message: `its ${this.#steps.size} steps are more than a run may have` });
    }
    this.#steps.set(step.n, step);
    return { type: "put", key: stepKey(this.#id, step.n), value: step };
  }

  /** With the changes, where the run stands. A step is progress: what was lost before it counts no more. */
  #keep(changes: readonly Change[]): Promise<void> {
    const { claim } = this.#setup.writer;
    const put: Change = { type: "put", key: runKey(this.#id), value: this.#run };
    return this.#setup.writer.write([...changes, put, { type: "checkpoint", claim, data: null }]);
  }

  #require(condition: boolean, message: string): asserts condition {
    if (!condition) this.#fail({ reason: "protocol", message });
  }

  #fail(fault: JournalFault): never {
    this.#fault ??= fault;
    throw new Error(fault.message);
  }
}
