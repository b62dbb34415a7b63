import type { Duplex } from "node:stream";
import type { Clock } from "../../../base/clock.ts";
import { unreachable } from "../../../base/unreachable.ts";
import { FrameReader } from "../protocol/frame-reader.ts";
import { FrameWriter } from "../protocol/frame-writer.ts";
import { type FromChild, frameBounds, type ToChild } from "../protocol/messages.ts";
import type { EgressGuard } from "./egress/guard.ts";
import { loadPlaybook } from "./module/load-playbook.ts";
import { PlaybookRun } from "./run/playbook-run.ts";
import { RunLog } from "./run/run-log.ts";
import { messageOf, stackOf } from "./text.ts";
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
  #run: PlaybookRun | undefined;
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

  async #execute(load: Extract<ToChild, { readonly type: "load" }>): Promise<void> {
    const { clock, guard, beat, onUncaught } = this.#setup;
    beat();
    onUncaught((thrown) => {
      if (this.#run !== undefined) this.#run.uncaught(thrown);
      else void this.#conclude({ type: "failed", reason: "threw", message: stackOf(thrown) });
    });
    try {
      if (load.playbook.kind !== "module") throw new Error("this node executes module playbooks only");
      guard.allow(load.egress);
      const { file } = load.playbook;
      const playbook = await loadPlaybook(file);
      const { secrets: secretNames } = playbook.facts;
      const secrets = Object.fromEntries(Object.entries(load.secrets).filter(([name]) => secretNames.includes(name)));
      const { runId, egress, maxThreads } = load;
      this.#threads.load({ file, runId, secrets, secretNames, egress }, maxThreads);
      const tell = (message: FromChild): void => this.#tell(message);
      const run = new PlaybookRun({ load, playbook, threads: this.#threads, log: this.#log, clock, tell });
      this.#run = run;
      await this.#conclude(await run.execute());
    } catch (thrown) {
      await this.#conclude({ type: "failed", reason: "invalid", message: messageOf(thrown) });
    }
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
