import type { Worker } from "node:worker_threads";
import type { Clock, Timer } from "../../../base/clock.ts";
import { asError } from "../../../base/errors.ts";
import { ScanError } from "../errors.ts";
import {
  type FlowAnswer,
  type FlowCall,
  type FlowEnded,
  flowLimits,
  type FlowLimits,
  type FlowMessage,
  type FlowOrder,
} from "./protocol.ts";

/** Starts a thread that serves flows; see `serveFlows`. */
export type StartFlowThread = () => Worker;

/** Answers the calls of one script. What it rejects with ends the script. */
export type FlowHost = (call: FlowCall) => Promise<FlowAnswer>;

export interface FlowRunnerSetup {
  readonly clock: Clock;
  readonly startThread: StartFlowThread;
  /** Scripts at once, each on a thread of its own; further ones wait. 4 when absent. */
  readonly maxThreads?: number;
  readonly limits?: Partial<FlowLimits>;
}

export interface FlowScriptRun {
  readonly source: string;
  readonly protocols: readonly string[];
  readonly host: FlowHost;
  readonly signal: AbortSignal;
}

/** How a script ended: `error` says what went wrong, undefined when it came to its end. */
export interface FlowEnd {
  readonly error: string | undefined;
}

const defaultThreads = 4;
/** How much longer than its limit a script may take before its thread is ended. */
const graceMs = 1_000;

/**
 * Runs the scripts of templates on threads of their own. A script that takes too much time or memory ends with an
 * error; one that is aborted takes its thread with it. Close it when done.
 */
export class FlowRunner {
  readonly #setup: FlowRunnerSetup;
  readonly #limits: FlowLimits;
  readonly #idle: Worker[] = [];
  readonly #all = new Set<Worker>();
  readonly #waiting: (() => void)[] = [];
  #running = 0;
  #closed = false;

  constructor(setup: FlowRunnerSetup) {
    this.#setup = setup;
    this.#limits = { ...flowLimits, ...setup.limits };
  }

  /** @throws what the host rejects with; ScanError `closed` */
  async run(script: FlowScriptRun): Promise<FlowEnd> {
    await this.#turn();
    try {
      if (script.signal.aborted) return { error: "aborted" };
      if (this.#closed) throw new ScanError("closed", "the scan engine is closed");
      const thread = this.#idle.pop() ?? this.#start();
      try {
        const { error, broken } = await this.#runOn(thread, script);
        if (broken) await this.#end(thread);
        else this.#idle.push(thread);
        return { error };
      } catch (thrown) {
        // It may still be in the middle of the script.
        await this.#end(thread);
        if (thrown instanceof EndedFlow) return { error: thrown.message };
        throw thrown;
      }
    } finally {
      this.#running -= 1;
      this.#waiting.shift()?.();
    }
  }

  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all([...this.#all].map((thread) => this.#end(thread)));
  }

  async #turn(): Promise<void> {
    const most = this.#setup.maxThreads ?? defaultThreads;
    while (this.#running >= most) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    this.#running += 1;
  }

  #start(): Worker {
    const thread = this.#setup.startThread();
    // A thread without work does not keep the process.
    thread.unref();
    this.#all.add(thread);
    return thread;
  }

  async #end(thread: Worker): Promise<void> {
    this.#all.delete(thread);
    const at = this.#idle.indexOf(thread);
    if (at !== -1) this.#idle.splice(at, 1);
    await thread.terminate();
  }

  #runOn(thread: Worker, { source, protocols, host, signal }: FlowScriptRun): Promise<FlowEnded> {
    const { clock } = this.#setup;
    const { scriptMs } = this.#limits;
    const answers = new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT);
    const posted = new Int32Array(answers);
    const answer = (value: FlowAnswer): void => {
      thread.postMessage(value);
      Atomics.add(posted, 0, 1);
      Atomics.notify(posted, 0);
    };
    return new Promise((resolve, reject) => {
      // The thread ends a script by itself; this is for one that is in the middle of something that takes long.
      const watch = (): Timer =>
        clock.after(scriptMs + graceMs, () => settle(() => reject(new EndedFlow("the script took too long"))));
      let watchdog = watch();
      const settle = (settled: () => void): void => {
        watchdog.cancel();
        thread.off("message", onMessage);
        thread.off("error", onError);
        thread.off("exit", onExit);
        signal.removeEventListener("abort", onAbort);
        thread.unref();
        settled();
      };
      const onMessage = (message: FlowMessage): void => {
        if ("ended" in message) return settle(() => resolve(message.ended));
        watchdog.cancel();
        host(message.call).then(
          (value) => {
            watchdog = watch();
            answer(value);
          },
          (thrown: unknown) => settle(() => reject(asError(thrown))),
        );
      };
      // A thread ends when the engine is closed; else it died of the script.
      const onError = (error: Error): void =>
        settle(() => reject(new EndedFlow(`its thread failed: ${error.message}`)));
      const onExit = (): void => settle(() => reject(new EndedFlow("its thread has ended")));
      const onAbort = (): void => settle(() => reject(new EndedFlow("aborted")));
      thread.on("message", onMessage);
      thread.on("error", onError);
      thread.on("exit", onExit);
      signal.addEventListener("abort", onAbort);
      thread.ref();
      thread.postMessage({ source, protocols, limits: this.#limits, answers } satisfies FlowOrder);
    });
  }
}

/** The script was ended from outside; the message says why. */
class EndedFlow extends Error {
  constructor(message: string) {
    super(message);
    this.name = "EndedFlow";
  }
}
