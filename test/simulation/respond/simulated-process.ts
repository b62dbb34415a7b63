import type {
  PlaybookExecution,
  RunEnd,
  RunHandlers,
  RunWork,
  StepEnd,
  StepResult,
  StepStart,
} from "../../../src/engines/playbook/index.ts";
import type { Timer } from "../../../src/base/clock.ts";
import type { Enter } from "../event-loop.ts";
import type { World } from "../world.ts";
import type { PlannedPlaybook } from "./plan.ts";
import { ReplayedPlaybook, type Moves } from "./replayed-playbook.ts";
import type { ProcessRef, Site } from "./site.ts";
import { Waits } from "./waits.ts";
import { Frames } from "./frames.ts";

export interface ProcessSetup {
  readonly world: World;
  readonly site: Site;
  readonly playbook: PlannedPlaybook;
  readonly work: RunWork;
  readonly handlers: RunHandlers;
  /** Node and incarnation. */
  readonly node: string;
  /** Lets something happen in the node's process. */
  readonly enter: Enter;
  /** When the node last stood still: see `SiteFact`. */
  readonly frozenUntilMs: () => number;
  /** In the node's process: no process of the execution is alive. */
  readonly gone: () => void;
}

const lostChance = 0.2;
const crashChance = 0.08;
const throwChance = 0.04;
const actionFailsChance = 0.08;
/** Of the actions that fail, how many had their effect all the same. */
const effectOfFailedChance = 0.3;
const slowChance = 0.1;
const longestActionMs = 6_500;
const endsWithinMs = 1_200;
/** What a process takes to end once it is told to, or its node is gone. */
export const longestKillMs = 300;
/** It keeps its process for a time that is shorter than this. */
const parksForMs = 500;
/** How long an execution may take. */
export const deadlineMs = 9_000;

/**
 * One execution of a playbook in a process of its own: it goes on while its node stands still, and ends with it. It tells its node what it
 * begins and what came of it, one frame of a kind at a time, and has effects at the site in between.
 */
export class SimulatedProcess implements PlaybookExecution {
  readonly ended: Promise<RunEnd>;
  readonly #setup: ProcessSetup;
  readonly #ref: ProcessRef;
  readonly #playbook: ReplayedPlaybook;
  readonly #starts: Frames<StepStart>;
  readonly #ends: Frames<StepEnd>;
  readonly #deadline: Timer;
  #resolve: (end: RunEnd) => void = () => undefined;
  #alive = true;
  /** The node calls no handler any more. */
  #closed = false;
  /** The node keeps no start any more. */
  #quiesced = false;
  /** Steps by threads whose starts are kept and whose ends are not. */
  readonly #underWay: Set<number>;
  readonly #waits: Waits;
  /** Handlers of the node that have not settled. */
  #handling = 0;
  /** What was told last: one thing is handled at a time. */
  #last: Promise<void> = Promise.resolve();
  #end: RunEnd | undefined;

  constructor(setup: ProcessSetup) {
    const { world, work, node } = setup;
    this.#setup = setup;
    this.#ref = { node, startedAtMs: world.clock.monotonicMs() };
    this.#underWay = new Set(
      work.journal.flatMap(({ n, by, end }) => (by === "thread" && end === undefined ? [n] : [])),
    );
    this.#waits = new Waits(world, (n, result) => this.#soon("ends its wait", () => this.#ends.add({ n, result })));
    this.#playbook = new ReplayedPlaybook(setup.playbook, work.journal);
    this.ended = new Promise((resolve) => {
      this.#resolve = resolve;
    });
    this.#starts = new Frames((starts, kept) => {
      this.#tell(
        "started",
        () => this.#keepStarts(starts),
        () => {
          for (const start of starts) this.#do(start, world.clock.wallMs());
          kept();
        },
      );
    });
    this.#ends = new Frames((ends, kept) => {
      this.#tell(
        "ended",
        () => this.#keepEnds(ends),
        () => {
          for (const { n } of ends) this.#move(this.#playbook.hear(n));
          kept();
          this.#soon("rests", () => this.#park());
        },
      );
    });
    this.#deadline = world.after(deadlineMs, () => this.#fail("deadline", "it took too long"));
    this.#decideFate();
    this.#soon("begins", () => {
      this.#move(this.#playbook.begin());
      this.#soon("rests", () => this.#park());
    });
  }

  answer(n: number, result: StepResult): void {
    if (!this.#closed) this.#soon("hears an answer", () => this.#waits.end(n, result));
  }

  cancel(): void {
    if (this.#closed) return;
    this.#closed = true;
    const { world } = this.#setup;
    world.after(world.random.below(longestKillMs), () => this.#die({ type: "cancelled" }));
  }

  quiesce(): void {
    this.#quiesced = true;
    this.#rest();
  }

  /** Its node is gone: nobody hears of its end. */
  orphaned(): void {
    const { world } = this.#setup;
    this.#closed = true;
    world.after(world.random.below(longestKillMs), () => this.#die({ type: "lost", message: "its node is gone" }));
  }

  /** What goes wrong with it by itself. */
  #decideFate(): void {
    const { world, playbook } = this.#setup;
    if (playbook.doomed) {
      world.count("fault: process always killed");
      this.#die({ type: "lost", message: "killed" });
      return;
    }
    const roll = world.random.next();
    const withinMs = world.random.below(endsWithinMs);
    if (roll < lostChance) {
      world.after(withinMs, () => {
        if (this.#die({ type: "lost", message: "killed" })) world.count("fault: process killed");
      });
    } else if (roll < lostChance + crashChance) {
      world.after(withinMs, () => {
        if (this.#fail("crashed", "aborted")) world.count("fault: process crashes");
      });
    }
  }

  #move({ starts, again }: Moves): void {
    if (this.#playbook.differs !== undefined) {
      this.#fail("not-deterministic", `step ${this.#playbook.differs} is another one`);
      return;
    }
    for (const start of starts) this.#starts.add(start);
    for (const start of again) {
      if (start.by === "thread") this.#setup.world.count("branch: step executed again");
      this.#do(start, this.#setup.work.journal.find(({ n }) => n === start.n)?.startedAtMs ?? 0);
    }
    if (this.#playbook.over) this.#soon("concludes", () => this.#conclude());
  }

  /** Only persons and time can let it go on: it needs no process meanwhile. */
  #park(): void {
    if (this.#playbook.over || this.#waits.size < this.#playbook.open) return;
    const untilMs = this.#waits.nextMs;
    if (untilMs !== undefined && untilMs < this.#setup.world.clock.wallMs() + parksForMs) return;
    this.#die({ type: "waits", untilMs });
  }

  #do(start: StepStart, startedAtMs: number): void {
    if (start.by === "thread") return this.#act(start);
    this.#waits.begin(start, startedAtMs);
    this.#soon("rests", () => this.#park());
  }

  #conclude(): void {
    if (this.#setup.world.chance(throwChance)) this.#fail("threw", "onFinish threw");
    else this.#die({ type: "done", output: null });
  }

  /** Executes the action of a step: it may take long, and where in that time the effect lies is the world's decision. */
  #act({ n, idempotent }: StepStart): void {
    const { world, site, work, playbook, frozenUntilMs } = this.#setup;
    const note = (type: "began" | "effect"): void =>
      site.note({ type, runId: work.runId, n, idempotent, process: this.#ref, frozenUntilMs: frozenUntilMs() });
    const fails = world.chance(actionFailsChance);
    const hasEffect = !fails || world.chance(effectOfFailedChance);
    note("began");
    this.#moment("acts", () => {
      if (hasEffect) note("effect");
      if (playbook.hangs && n === 1) {
        world.count("fault: action hangs");
        return;
      }
      this.#moment("has acted", () =>
        this.#ends.add({
          n,
          result: fails
            ? { state: "failed", error: { code: "threw", message: "refused" } }
            : { state: "done", output: n },
        }),
      );
    });
  }

  /** Tells the node something; `kept` happens in the process once the node has kept it. */
  #tell(what: string, handle: () => Promise<void>, kept: () => void): void {
    const { world, enter, work } = this.#setup;
    world.later(`${work.runId} tells ${what}`, () =>
      enter(() => {
        // What was told before the end is still read.
        if (this.#closed || (this.#quiesced && what === "started")) return;
        this.#handling += 1;
        this.#last = this.#last.then(handle);
        this.#last.then(
          () => {
            this.#handled();
            this.#soon(`hears that ${what} is kept`, kept);
          },
          () => {
            this.#closed = true;
            this.#die({ type: "lost", message: `${what} could not be kept` });
            this.#handled();
          },
        );
      }),
    );
  }

  async #keepStarts(starts: readonly StepStart[]): Promise<void> {
    for (const { n, by } of starts) if (by === "thread") this.#underWay.add(n);
    await this.#setup.handlers.stepsStarted(starts);
  }

  async #keepEnds(ends: readonly StepEnd[]): Promise<void> {
    await this.#setup.handlers.stepsEnded(ends);
    for (const { n } of ends) this.#underWay.delete(n);
    this.#rest();
  }

  /** Ends it if it was told to rest, and no step of it is under way. */
  #rest(): void {
    if (this.#quiesced && this.#underWay.size === 0) this.#die({ type: "quiesced" });
  }

  #handled(): void {
    this.#handling -= 1;
    this.#settle();
  }

  #fail(reason: "crashed" | "deadline" | "threw" | "not-deterministic", message: string): boolean {
    return this.#die({ type: "failed", reason, message });
  }

  /** From now on it has no effect. False if it was dead. */
  #die(end: RunEnd): boolean {
    if (!this.#alive) return false;
    this.#alive = false;
    this.#deadline.cancel();
    const { world, enter, work } = this.#setup;
    world.later(`${work.runId} exits`, () =>
      enter(() => {
        this.#end = end;
        this.#settle();
      }),
    );
    return true;
  }

  /** The node knows of its end, and what it told before was handled. */
  #settle(): void {
    if (this.#end === undefined || this.#handling > 0) return;
    this.#closed = true;
    this.#setup.gone();
    this.#resolve(this.#end);
    this.#end = undefined;
  }

  /** In some later step, if it is alive then. */
  #soon(what: string, run: () => void): void {
    this.#setup.world.later(`${this.#setup.work.runId} ${what}`, () => {
      if (this.#alive) run();
    });
  }

  /** Some time passes. */
  #moment(what: string, run: () => void): void {
    const { world } = this.#setup;
    if (world.chance(slowChance)) world.after(world.random.below(longestActionMs), () => this.#soon(what, run));
    else this.#soon(what, run);
  }
}
