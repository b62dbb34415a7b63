import type { Duplex } from "node:stream";
import type { Clock } from "../../../base/clock.ts";
import { unreachable } from "../../../base/unreachable.ts";
import { FrameReader } from "../protocol/frame-reader.ts";
import { FrameWriter } from "../protocol/frame-writer.ts";
import { type FromChild, frameBounds, type ToChild } from "../protocol/messages.ts";
import type { EgressGuard } from "./egress/guard.ts";
import { loadPlaybook } from "./module/load-playbook.ts";
import type { Load, RunSetup } from "./run/journaled-run.ts";
import { PlaybookRun } from "./run/playbook-run.ts";
import { RunLog } from "./run/run-log.ts";
import type { ServedRun } from "./run/served-run.ts";
import { messageOf, stackOf } from "../protocol/error-text.ts";
import type { ActionSource } from "./threads/thread-messages.ts";
import { type StartActionThread, ThreadPool } from "./threads/thread-pool.ts";

interface ChildSetup {
  /** Frames from and to the node. */
  readonly channel: Duplex;
  readonly clock: Clock;
  readonly guard: EgressGuard;
  readonly startThread: StartActionThread;
  readonly warmThreads: number;
  /** Resolves when the watchdog watches. */
  readonly watched: Promise<void>;
  /** From now on the main thread has to show that it is alive. */
  readonly beat: () => void;
  /** Called when something was thrown that nobody caught. */
  readonly onUncaught: (listener: (thrown: unknown) => void) => void;
  /** Ends the process and all that it has started: nobody else would do it when the node is gone. */
  readonly end: () => void;
}

/** The process of a run: it waits for a playbook, executes it, says how it ended, and ends. */
class PlaybookChild {
  readonly #setup: ChildSetup;
  readonly #writer: FrameWriter<FromChild>;
  readonly #threads: ThreadPool;
  readonly #log: RunLog;
  #run: ServedRun | undefined;
  /** Answers of persons that came while the playbook was being loaded. */
  readonly #early: Extract<ToChild, { readonly type: "settled" }>[] = [];
  #isOver = false;

  constructor(setup: ChildSetup) {
    this.#setup = setup;
    this.#writer = new FrameWriter(setup.channel, frameBounds.fromChildBytes);
    this.#log = new RunLog((lines) => this.#tell({ type: "logged", lines }), setup.clock);
    this.#threads = new ThreadPool({
      start: setup.startThread,
      warm: setup.warmThreads,
      clock: setup.clock,
      logged: this.#log.add,
    });
  }

  /** Says that it is ready once it is, and listens. */
  serve(): void {
    const { channel, watched, end } = this.#setup;
    new FrameReader(channel, frameBounds.toChildBytes, {
      // It comes from the build of this file.
      frame: (message) => this.#take(message as ToChild),
      // Without its node a run can keep nothing.
      ended: end,
    });
    void Promise.all([this.#threads.ready, watched]).then(() => this.#tell({ type: "ready" }));
  }

  #take(message: ToChild): void {
    switch (message.type) {
      case "load":
        void this.#execute(message);
        return;
      case "describe":
        void this.#describe(message.playbook.file);
        return;
      case "started-kept":
        this.#run?.startsKept(message.upTo);
        return;
      case "ended-kept":
        this.#run?.endsKept(message.ns);
        return;
      case "settled":
        if (this.#run === undefined) this.#early.push(message);
        else this.#run.settled(message.n, message.result);
        return;
      case "cancel":
        this.#run?.cancel();
        return;
      default:
        unreachable(message);
    }
  }

  async #describe(file: string): Promise<void> {
    this.#setup.beat();
    try {
      const { facts } = await loadPlaybook(file);
      await this.#conclude({ type: "described", facts });
    } catch (thrown) {
      await this.#conclude({ type: "failed", reason: "invalid", message: messageOf(thrown) });
    }
  }

  async #execute(load: Load): Promise<void> {
    const { guard, beat, onUncaught } = this.#setup;
    beat();
    onUncaught((thrown) => {
      if (this.#run !== undefined) this.#run.uncaught(thrown);
      else void this.#conclude({ type: "failed", reason: "threw", message: stackOf(thrown) });
    });
    try {
      guard.allow(load.egress);
      const run = load.playbook.kind === "module" ? await this.#loadModule(load) : await this.#loadCacao(load);
      this.#run = run;
      for (const { n, result } of this.#early.splice(0)) run.settled(n, result);
      await this.#conclude(await run.execute());
    } catch (thrown) {
      await this.#conclude({ type: "failed", reason: "invalid", message: messageOf(thrown) });
    }
  }

  async #loadModule(load: Load): Promise<ServedRun> {
    const { file } = load.playbook;
    const playbook = await loadPlaybook(file);
    const { secrets: secretNames } = playbook.facts;
    const secrets = Object.fromEntries(Object.entries(load.secrets).filter(([name]) => secretNames.includes(name)));
    this.#loadThreads(load, { kind: "module", file, secretNames }, secrets);
    return new PlaybookRun({ ...this.#setupOf(load), playbook });
  }

  async #loadCacao(load: Load): Promise<ServedRun> {
    this.#loadThreads(load, { kind: "cacao", settings: load.cacao }, load.secrets);
    // A process that waits for a playbook of whichever kind has no need of it.
    const { loadCacao } = await import("./cacao/load-cacao.ts");
    return loadCacao(this.#setupOf(load));
  }

  #loadThreads({ runId, egress, maxThreads }: Load, actions: ActionSource, secrets: Load["secrets"]): void {
    this.#threads.load({ actions, runId, secrets, egress }, maxThreads);
  }

  #setupOf(load: Load): RunSetup {
    const tell = (message: FromChild): void => this.#tell(message);
    return { load, threads: this.#threads, log: this.#log, clock: this.#setup.clock, tell };
  }

  #tell(message: FromChild): void {
    this.#writer.write(message);
  }

  /** Says the last thing and ends; only the first such thing counts. */
  async #conclude(message: FromChild): Promise<void> {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#log.flush();
    this.#tell(message);
    await this.#writer.end();
    this.#setup.end();
  }
}

/** Serves one playbook to the node on the other side of the channel. */
export const serveChild = (setup: ChildSetup): void => {
  new PlaybookChild(setup).serve();
};
