import type { Worker } from "node:worker_threads";
import { asError } from "../../../base/errors.ts";
import { ScanError } from "../errors.ts";
import {
  type FlowAnswer,
  type FlowCall,
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
        const end = await this.#runOn(thread, script);
        this.#idle.push(thread);
        return end;
      } catch (thrown) {
        // It may still be in the middle of the script.
        await this.#end(thread);
        if (thrown instanceof AbortedFlow) return { error: "aborted" };
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

  #runOn(thread: Worker, { source, protocols, host, signal }: FlowScriptRun): Promise<FlowEnd> {
    const answers = new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT);
    const posted = new Int32Array(answers);
    const answer = (value: FlowAnswer): void => {
      thread.postMessage(value);
      Atomics.add(posted, 0, 1);
      Atomics.notify(posted, 0);
    };
    return new Promise((resolve, reject) => {
      const settle = (settled: () => void): void => {
        thread.off("message", onMessage);
        thread.off("error", onError);
        thread.off("exit", onExit);
        signal.removeEventListener("abort", onAbort);
        thread.unref();
        settled();
      };
      const onMessage = (message: FlowMessage): void => {
        if ("ended" in message) return settle(() => resolve(message.ended));
        host(message.call).then(answer, (thrown: unknown) => settle(() => reject(asError(thrown))));
      };
      const onError = (error: Error): void => settle(() => reject(error));
      const onExit = (): void => settle(() => reject(new ScanError("closed", "the thread of the flow has ended")));
      const onAbort = (): void => settle(() => reject(new AbortedFlow()));
      thread.on("message", onMessage);
      thread.on("error", onError);
      thread.on("exit", onExit);
      signal.addEventListener("abort", onAbort);
      thread.ref();
      thread.postMessage({ source, protocols, limits: this.#limits, answers } satisfies FlowOrder);
    });
  }
}

/** The run that a script belongs to was aborted. */
class AbortedFlow extends Error {
  constructor() {
    super("aborted");
    this.name = "AbortedFlow";
  }
}
