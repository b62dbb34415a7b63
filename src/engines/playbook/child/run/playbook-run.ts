import { createHash } from "node:crypto";
import { seededRandom } from "../../../../base/random.ts";
import type { Json } from "../../../../base/json.ts";
import type { StepResult } from "../../journal.ts";
import { textBounds } from "../../protocol/messages.ts";
import { checkValue } from "../../protocol/values.ts";
import type { ActionHandle, Run, RunSummary } from "../../sdk/run.ts";
import type { LoadedPlaybook } from "../module/load-playbook.ts";
import { stackOf } from "../../protocol/error-text.ts";
import { Handle } from "./handle.ts";
import { all, join } from "./join.ts";
import { type Conclusion, JournaledRun, type RunSetup } from "./journaled-run.ts";
import { OpenWork } from "./open-work.ts";
import type { ServedRun } from "./served-run.ts";

export interface PlaybookRunSettings extends RunSetup {
  readonly playbook: LoadedPlaybook;
}

/** A seed for `random()` that every execution of the run has. */
const seedOf = (runId: string): number => createHash("sha256").update(runId).digest().readUInt32BE(0);

/** Executes a module playbook: filters, `onStart`, all that follows from it, `onFinish`. */
export class PlaybookRun implements ServedRun {
  readonly #settings: PlaybookRunSettings;
  readonly #journaled: JournaledRun;
  /** All steps so far, in the order of their starts. */
  readonly #handles: Handle[] = [];
  /** Callbacks of the playbook that have not settled. */
  readonly #callbacks = new OpenWork();
  readonly #cancelled = new AbortController();
  readonly #run: Run;

  constructor(settings: PlaybookRunSettings) {
    this.#settings = settings;
    const { actions } = settings.playbook;
    this.#journaled = new JournaledRun({
      ...settings,
      knows: (name) => actions.has(name),
      isBusy: () => this.#callbacks.any,
    });
    this.#run = this.#offer();
  }

  async execute(): Promise<Conclusion> {
    const conclusion = await this.#conclude().catch((thrown: unknown) =>
      this.#journaled.refuse("threw", stackOf(thrown)),
    );
    await this.#journaled.unfinished.none();
    return conclusion;
  }

  startsKept(upTo: number): void {
    this.#journaled.startsKept(upTo);
  }

  endsKept(ns: readonly number[]): void {
    this.#journaled.endsKept(ns);
  }

  settled(n: number, result: StepResult): void {
    this.#journaled.settled(n, result);
  }

  cancel(): void {
    const reason = "the run is cancelled";
    this.#cancelled.abort(new DOMException(reason, "AbortError"));
    this.#settings.threads.abort(reason);
  }

  uncaught(thrown: unknown): void {
    this.#journaled.uncaught(thrown);
  }

  async #conclude(): Promise<Conclusion> {
    const { load, playbook } = this.#settings;
    // They were true before the first step was started.
    const filters = load.journal.length === 0 ? playbook.filters : [];
    for (const [filter, holds] of filters) {
      if (!(await holds(load.event))) return this.#journaled.failure ?? { type: "skipped", filter };
    }
    const output = await this.#stage(() => playbook.onStart(load.event, this.#run));
    if (this.#journaled.failure !== undefined) return this.#journaled.failure;
    const { onFinish } = playbook;
    const result =
      onFinish === undefined ? output : await this.#stage(() => onFinish(this.#summaryOf(output), this.#run));
    return this.#journaled.checkComplete() ?? this.#done(result);
  }

  /** Calls something of the playbook and waits for it and all that follows from it, or for a failure. */
  async #stage(work: () => unknown): Promise<unknown> {
    let output: unknown;
    const worked = this.#call(async () => {
      output = await work();
    });
    const { ending } = this.#journaled;
    await Promise.race([worked, ending]);
    await Promise.race([this.#quiet(), ending]);
    return output;
  }

  async #quiet(): Promise<void> {
    const { unheard } = this.#journaled;
    while (unheard.any || this.#callbacks.any) {
      await unheard.none();
      await this.#callbacks.none();
    }
  }

  async #call(callback: () => unknown): Promise<void> {
    this.#callbacks.begin();
    try {
      const given = callback();
      // An action that a callback starts in one expression is a step like any other: it may fail without anybody who awaits it.
      if (!(given instanceof Handle)) await given;
    } catch (thrown) {
      this.#journaled.refuse("threw", stackOf(thrown));
    } finally {
      this.#callbacks.end();
    }
  }

  #done(result: unknown): Conclusion {
    const checked = checkValue(result);
    if ("value" in checked) return { type: "done", output: checked.value };
    const reason = checked.problem.code === "too-large" ? "too-large" : "threw";
    return this.#journaled.refuse(reason, `the output of the run: ${checked.problem.message}`);
  }

  /** @throws TypeError for a name or an input that cannot be kept; what the start of a step throws */
  #act(name: unknown, givenInput: unknown): ActionHandle<Json> {
    if (typeof name !== "string" || name === "" || name.length > textBounds.nameChars) {
      throw new TypeError("act() takes the name of an action");
    }
    const checked = checkValue(givenInput);
    if ("problem" in checked) throw new TypeError(`the input of ${name}: ${checked.problem.message}`);
    const { idempotent = true, timeoutMs } = this.#settings.playbook.actions.get(name) ?? {};
    const handle = new Handle(name, this.#journaled.next, (callback) => void this.#call(callback));
    const request = { name, input: checked.value, by: "thread", idempotent, timeoutMs } as const;
    this.#journaled.start(request, (result) => handle.settle(result));
    this.#handles.push(handle);
    return handle;
  }

  /** What the playbook has in its hands. */
  #offer(): Run {
    const { load } = this.#settings;
    const random = seededRandom(seedOf(load.runId));
    return Object.freeze({
      id: load.runId,
      event: load.event,
      startedAtMs: load.startedAtMs,
      signal: this.#cancelled.signal,
      act: (name: unknown, input: unknown) => this.#act(name, input),
      join,
      all,
      random: () => random.next(),
      log: (level: unknown, text: unknown) => this.#journaled.log(level, text),
    });
  }

  #summaryOf(output: unknown): RunSummary {
    const steps = this.#handles.flatMap(({ step, action, outcome }) =>
      outcome === undefined ? [] : [{ step, action, outcome }],
    );
    const done = steps.filter(({ outcome }) => outcome.state === "done").length;
    return { output, steps, done, failed: steps.length - done };
  }
}
