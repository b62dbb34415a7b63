import { nextTurn } from "../../../../base/event-loop.ts";
import type { StepEnd, StepErrorCode, StepResult, StepStart } from "../../journal.ts";
import { type FromChild, textBounds } from "../../protocol/messages.ts";
import { checkValue } from "../../protocol/values.ts";
import type { LoadedAction } from "../module/load-playbook.ts";
import type { ActionThreads } from "../threads/thread-pool.ts";
import { Handle } from "./handle.ts";
import { KeptBatches } from "./kept-batches.ts";
import { OpenWork } from "./open-work.ts";
import type { Replay } from "./replay.ts";

interface StepsSettings {
  readonly actions: ReadonlyMap<string, LoadedAction>;
  readonly actionTimeoutMs: number;
  readonly replay: Replay;
  readonly threads: ActionThreads;
  readonly tell: (message: FromChild) => void;
  /** Calls something of the playbook; the run waits until what it returns has settled. */
  readonly call: (callback: () => unknown) => void;
  /** Called when the playbook can hear of nothing before it has started something that it had started in an earlier execution. */
  readonly waits: () => void;
}

const failed = (code: StepErrorCode, message: string): StepResult => ({ state: "failed", error: { code, message } });

/**
 * The steps of a run, from `act()` to the playbook's hearing of the result. Each start and each end is kept by the node before anything
 * follows from it. The playbook hears of one result at a time, and of the next after all that follows from it at once has happened.
 */
export class Steps {
  readonly #settings: StepsSettings;
  readonly #handles: Handle[] = [];
  readonly #starts: KeptBatches<StepStart>;
  readonly #ends: KeptBatches<StepEnd>;
  /** Results that are kept and that the playbook has not heard of. */
  readonly #news: StepEnd[] = [];
  #heard = 0;
  #isTelling = false;
  #isStopped = false;
  /** Steps of which the playbook has not heard how they ended. */
  readonly unheard = new OpenWork();
  /** Steps that may have effects, or whose end is not kept. */
  readonly unfinished = new OpenWork();

  constructor(settings: StepsSettings) {
    this.#settings = settings;
    this.#starts = new KeptBatches(
      (steps) => settings.tell({ type: "started", steps }),
      (start) => this.#execute(start),
    );
    this.#ends = new KeptBatches(
      (ends) => settings.tell({ type: "ended", ends }),
      (end) => {
        this.#news.push(end);
        this.unfinished.end();
        this.#tellSoon();
      },
    );
  }

  /** All steps so far, in the order of their starts. */
  get handles(): readonly Handle[] {
    return this.#handles;
  }

  /**
   * Starts an action.
   * @throws TypeError for a name or an input that cannot be kept; NotDeterministic
   */
  start(name: unknown, givenInput: unknown): Handle {
    if (this.#isStopped) throw new Error("the run has failed: it starts nothing more");
    if (typeof name !== "string" || name === "" || name.length > textBounds.nameChars) {
      throw new TypeError("act() takes the name of an action");
    }
    const checked = checkValue(givenInput);
    if ("problem" in checked) throw new TypeError(`the input of ${name}: ${checked.problem.message}`);
    const n = this.#handles.length + 1;
    const { value: input } = checked;
    const before = this.#settings.replay.expect(n, name, input);

    const handle = new Handle(name, n, this.#settings.call);
    this.#handles.push(handle);
    this.unheard.begin();
    const idempotent = this.#settings.actions.get(name)?.idempotent ?? true;
    const start: StepStart = { n, name, input, idempotent, heard: this.#heard };
    if (before?.end === undefined) this.unfinished.begin();
    if (before === undefined) this.#starts.add(start);
    else if (before.end === undefined) this.#execute(start);
    this.#tellSoon();
    return handle;
  }

  /** The node has kept the starts up to this one. */
  startsKept(upTo: number): void {
    this.#starts.keep(({ n }) => n <= upTo);
  }

  /** The node has kept these ends. */
  endsKept(ns: readonly number[]): void {
    const kept = new Set(ns);
    this.#ends.keep(({ n }) => kept.has(n));
  }

  /** Begins nothing more; what runs goes on. */
  stop(): void {
    this.#isStopped = true;
    for (const job of this.#settings.threads.takeWaiting()) job.settled(notBegun);
  }

  #execute({ n, name, input }: StepStart): void {
    const action = this.#settings.actions.get(name);
    const settled = (result: StepResult): void => this.#ends.add({ n, result });
    if (this.#isStopped) settled(notBegun);
    else if (action === undefined) settled(failed("unknown-action", `the playbook has no action "${name}"`));
    else {
      const timeoutMs = action.timeoutMs ?? this.#settings.actionTimeoutMs;
      this.#settings.threads.run({ n, name, input, timeoutMs, settled });
    }
  }

  #tellSoon(): void {
    if (this.#isTelling) return;
    this.#isTelling = true;
    void this.#tellAll();
  }

  async #tellAll(): Promise<void> {
    await nextTurn();
    for (let end = this.#next(); end !== undefined; end = this.#next()) {
      this.#heard += 1;
      this.#handles[end.n - 1]?.settle(end.result);
      await nextTurn();
      this.unheard.end();
    }
    this.#isTelling = false;
  }

  #next(): StepEnd | undefined {
    const earlier = this.#settings.replay.next(this.#handles.length);
    if (earlier === "wait") {
      this.#settings.waits();
      return undefined;
    }
    return earlier === "over" ? this.#news.shift() : earlier;
  }
}

const notBegun = failed("died", "the run failed before it began");
