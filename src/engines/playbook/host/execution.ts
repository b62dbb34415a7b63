import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Clock, Timer } from "../../../base/clock.ts";
import { asError } from "../../../base/errors.ts";
import { unreachable } from "../../../base/unreachable.ts";
import { PlaybookError } from "../errors.ts";
import type { StepResult } from "../journal.ts";
import { boundedResult } from "../protocol/bounded-result.ts";
import type { FromChild } from "../protocol/messages.ts";
import type { PlaybookExecution, RunEnd, RunFailure, RunHandlers, RunWork } from "../runner.ts";
import { JournalRelay } from "./journal-relay.ts";
import { LineGate } from "./line-gate.ts";
import { executorsOf, loadMessage, type LoadSettings } from "./load-message.ts";
import type { MemoryWatch } from "./memory-watch.ts";
import type { NodeCommands } from "./node-commands.ts";
import { NodeSteps } from "./node-steps.ts";
import type { PlaybookProcess } from "./process/playbook-process.ts";
import { endOfExit } from "./process/process-exit.ts";
import type { ChildLimits } from "./settings.ts";

export interface ExecutionSetup extends LoadSettings {
  readonly limits: ChildLimits;
  readonly nodeCommands: NodeCommands;
  readonly memory: MemoryWatch;
  readonly clock: Clock;
}

/** From the word that it is cancelled to the death of a process, for actions to leave what they do in order. */
const cancelMs = 250;

/**
 * One run in one process: gives it the playbook, keeps its journal, and ends it when it is done, when it exceeds a limit, or when it is
 * cancelled. What is said first decides how the run ends.
 */
export class Execution implements PlaybookExecution {
  readonly ended: Promise<RunEnd>;
  readonly #setup: ExecutionSetup;
  readonly #work: RunWork;
  readonly #relay: JournalRelay;
  readonly #nodeSteps: NodeSteps;
  readonly #lines: LineGate;
  /** Answers that came before its process had the playbook. */
  #early: { readonly n: number; readonly result: StepResult }[] | undefined = [];
  /** Aborted when it no longer needs a process. */
  readonly #noProcess = new AbortController();
  #child: PlaybookProcess | undefined;
  /** Decided, although its process may still be there. */
  #end: RunEnd | undefined;
  #notKept: RunEnd | undefined;
  #deadline: Timer | undefined;
  #unwatch: (() => void) | undefined;
  #killing: Timer | undefined;

  /** @param take resolves with its process, or rejects when there is none or its signal is aborted */
  constructor(
    setup: ExecutionSetup,
    work: RunWork,
    handlers: RunHandlers,
    take: (signal: AbortSignal) => Promise<PlaybookProcess>,
  ) {
    this.#setup = setup;
    this.#work = work;
    this.#lines = new LineGate(setup.clock, handlers.logged);
    this.#relay = new JournalRelay({
      journal: work.journal,
      executors: executorsOf[work.playbook.kind],
      keep: handlers,
      send: (message) => this.#child?.send(message),
      onLost: (error) => {
        this.#notKept = { type: "lost", message: `what it did could not be kept: ${error.message}` };
        this.#decide(this.#notKept);
        this.#child?.kill();
      },
    });
    this.#nodeSteps = new NodeSteps({
      commands: setup.nodeCommands,
      clock: setup.clock,
      work,
      settled: (n, result) => this.#settle(n, result),
    });
    this.ended = this.#live(take(this.#noProcess.signal));
  }

  cancel(): void {
    if (this.#end !== undefined) return;
    this.#decide({ type: "cancelled" });
    this.#relay.stop();
    this.#noProcess.abort();
    this.#child?.send({ type: "cancel" });
    this.#killing = this.#setup.clock.after(cancelMs, () => this.#child?.kill());
  }

  answer(n: number, result: StepResult): void {
    if (this.#end !== undefined || this.#relay.openStep(n)?.by !== "person") return;
    if (this.#early === undefined) this.#settle(n, result);
    else this.#early.push({ n, result });
  }

  /** Ends it at once, unless it is decided how it ends. Its run can go on elsewhere. */
  abandon(message: string): void {
    this.#leave({ type: "lost", message });
  }

  quiesce(): void {
    if (this.#end === undefined) this.#relay.quiesce(() => this.#leave({ type: "quiesced" }));
  }

  #settle(n: number, result: StepResult): void {
    if (this.#end === undefined) this.#relay.settle(n, boundedResult(result));
  }

  #leave(end: RunEnd): void {
    if (this.#end !== undefined) return;
    this.#decide(end);
    this.#relay.stop();
    this.#noProcess.abort();
    this.#child?.kill();
  }

  async #live(taking: Promise<PlaybookProcess>): Promise<RunEnd> {
    try {
      this.#child = await taking;
    } catch (thrown) {
      this.#killing?.cancel();
      return this.#decide({ type: "lost", message: asError(thrown).message });
    }
    const child = this.#child;
    await this.#begin(child);
    const exit = await child.gone;
    this.#deadline?.cancel();
    this.#killing?.cancel();
    this.#unwatch?.();
    this.#lines.end();
    const end = this.#decide(endOfExit(exit, this.#setup.limits.maxOldSpaceMb));
    await Promise.all([this.#relay.settled(), this.#nodeSteps.none()]);
    // What is not kept did not happen.
    return end.type === "cancelled" ? end : (this.#notKept ?? end);
  }

  async #begin(child: PlaybookProcess): Promise<void> {
    const { clock, memory, limits } = this.#setup;
    child.hear({
      said: (message) => this.#hear(message),
      printed: (lines) => this.#lines.add(lines),
      broke: (error) => this.#fail("protocol", error.message),
    });
    this.#deadline = clock.after(limits.deadlineMs, () =>
      this.#fail("deadline", `it took longer than ${limits.deadlineMs} ms (respond.child.deadlineMs)`),
    );
    this.#unwatch = memory.watch(child.pid, (bytes) => {
      const usedMb = Math.ceil(bytes / 1_048_576);
      this.#fail("memory", `it took ${usedMb} MiB, at most ${limits.maxRssMb} are allowed (respond.child.maxRssMb)`);
    });
    const { id, kind, code } = this.#work.playbook;
    const file = join(child.folder, `${id}.${kind === "module" ? "mjs" : "json"}`);
    try {
      await writeFile(file, code, { mode: 0o400, flag: "wx" });
    } catch (thrown) {
      this.abandon(`its playbook cannot be put where its process reads it: ${asError(thrown).message}`);
    }
    if (this.#end === undefined) this.#load(child, file);
    else child.kill();
  }

  #load(child: PlaybookProcess, file: string): void {
    try {
      child.send(loadMessage(this.#work, file, this.#setup));
    } catch (thrown) {
      this.#fail("too-large", `its journal cannot be given to a process: ${asError(thrown).message}`);
    }
    const early = this.#early ?? [];
    this.#early = undefined;
    for (const { n, result } of early) this.#settle(n, result);
  }

  #hear(message: FromChild): void {
    // What it says last may tell why it ended.
    if (message.type === "logged") return this.#lines.add(message.lines);
    if (this.#end !== undefined) return;
    try {
      this.#obey(message);
    } catch (thrown) {
      if (!(thrown instanceof PlaybookError)) throw thrown;
      this.#fail("protocol", thrown.message);
    }
  }

  /** @throws PlaybookError `protocol` */
  #obey(message: Exclude<FromChild, { readonly type: "logged" }>): void {
    switch (message.type) {
      case "started":
        return this.#relay.started(message.steps);
      case "ended":
        return this.#relay.ended(message.ends);
      case "run":
        return this.#runOnNode(message.n);
      case "abort":
        return this.#nodeSteps.abort(message.n, "the playbook wants it no longer");
      case "waits":
        if (!this.#relay.onlyWaits) throw new PlaybookError("protocol", "it said that it waits while it does not");
        return this.#finish({ type: "waits", untilMs: message.untilMs });
      case "stalled":
        return this.#fail(
          "stalled",
          `its main thread did not answer for ${Math.round(message.forMs)} ms (respond.child.stallMs)`,
        );
      case "done":
        if (this.#relay.isUnderWay)
          throw new PlaybookError("protocol", "it said that it is done while steps were under way");
        return this.#finish({ type: "done", output: message.output });
      case "skipped":
        return this.#finish({ type: "skipped", filter: message.filter });
      case "failed":
        return this.#fail(message.reason, message.message);
      case "ready":
      case "described":
        throw new PlaybookError("protocol", `it said "${message.type}" during a run`);
      default:
        return unreachable(message);
    }
  }

  /** @throws PlaybookError `protocol` */
  #runOnNode(n: number): void {
    const step = this.#relay.openStep(n);
    if (step?.by !== "node" || this.#nodeSteps.has(n)) {
      throw new PlaybookError(
        "protocol",
        `it wants step ${n} executed, which is none of its node or was executed already`,
      );
    }
    this.#nodeSteps.run(step);
  }

  #fail(reason: RunFailure, message: string): void {
    this.#finish({ type: "failed", reason, message });
  }

  /** It needs its process no longer. What was told before is still kept. */
  #finish(end: RunEnd): void {
    if (this.#end !== undefined) return;
    this.#decide(end);
    this.#child?.kill();
  }

  /** The first word counts. */
  #decide(end: RunEnd): RunEnd {
    if (this.#end === undefined) {
      this.#end = end;
      this.#nodeSteps.abortAll("the execution of the run ends");
    }
    return this.#end;
  }
}
