import type { Worker } from "node:worker_threads";
import type { Clock, Timer } from "../../base/clock.ts";
import { StoreError } from "../errors.ts";
import { toError, type CommandRequest, type QueryRequest, type Reply, type Request } from "./protocol.ts";

export interface CallBounds {
  /** Each call fails with `deadline` after this. */
  readonly timeoutMs: number;
  /** Calls that the thread has not answered, those whose deadline passed included; more are refused as `busy`. */
  readonly calls: number;
  /** What those calls carry, in characters. */
  readonly weight: number;
}

/** A call without what the client fills in. */
export type Call = Omit<CommandRequest, "call" | "deadlineMs"> | Omit<QueryRequest, "call" | "deadlineMs">;

interface Pending {
  readonly deadlineMs: number;
  readonly weight: number;
  /** `undefined` once the deadline has passed: the thread still has the call, nobody waits for it. */
  settle: { readonly resolve: (output: unknown) => void; readonly reject: (error: StoreError) => void } | undefined;
}

/** What a thread says beside the answers to calls. */
export interface ThreadEvents {
  opened(offsetMs: number): void;
  /** A space has reached a revision. */
  revised(space: string, revision: number): void;
  /** The thread is gone, whatever the reason. No call is answered any more. */
  gone(error: StoreError): void;
}

/**
 * The main thread's end of one store thread. Whatever the thread is stuck in, a call ends by its deadline, and the
 * thread never holds more calls than the bound. The thread belongs to this object: `close` or `kill` ends it.
 */
export class ThreadClient {
  readonly #worker: Worker;
  readonly #clock: Clock;
  readonly #bounds: CallBounds;
  readonly #events: ThreadEvents;
  /** In the order of their deadlines: all calls have the same timeout. */
  readonly #pending = new Map<number, Pending>();
  readonly #gone: Promise<void>;
  #outbox: Request[] = [];
  #nextCall = 1;
  #weight = 0;
  #timer: Timer | undefined;
  #end: StoreError | undefined;

  constructor(worker: Worker, clock: Clock, bounds: CallBounds, events: ThreadEvents) {
    this.#worker = worker;
    this.#clock = clock;
    this.#bounds = bounds;
    this.#events = events;
    let cause: unknown;
    worker.on("message", (replies: readonly Reply[]) => {
      for (const reply of replies) this.#take(reply);
    });
    worker.on("error", (error) => {
      cause = error;
    });
    this.#gone = new Promise((resolve) => {
      worker.once("exit", () => {
        this.#fail(new StoreError("closed", "the thread of the store has ended", { cause }));
        resolve();
      });
    });
  }

  /** Sends a call. Rejects with `busy`, `deadline`, `closed`, or as the store refuses it. */
  call(call: Call, weight: number): Promise<unknown> {
    if (this.#end !== undefined) return Promise.reject(this.#end);
    const { calls, weight: mostWeight, timeoutMs } = this.#bounds;
    if (this.#pending.size >= calls || (this.#pending.size > 0 && this.#weight + weight > mostWeight)) {
      const message = `${this.#pending.size} calls with ${this.#weight} bytes wait for the store`;
      return Promise.reject(new StoreError("busy", message, { retryable: true }));
    }
    const id = this.#nextCall++;
    const deadlineMs = this.#clock.monotonicMs() + timeoutMs;
    this.#weight += weight;
    return new Promise((resolve, reject) => {
      this.#pending.set(id, { deadlineMs, weight, settle: { resolve, reject } });
      this.#timer ??= this.#clock.after(timeoutMs, () => this.#expire(), true);
      this.post({ ...call, call: id, deadlineMs });
    });
  }

  /** Sends a request that has no answer. Requests of one turn travel together. */
  post(request: Request): void {
    if (this.#end !== undefined) return;
    this.#outbox.push(request);
    if (this.#outbox.length === 1) void Promise.resolve().then(() => this.#flush());
  }

  /** Lets the thread end what it has and close the files. Rejects with `deadline` if it does not, and leaves it. */
  async close(timeoutMs: number): Promise<void> {
    this.post({ type: "close" });
    this.#flush();
    let timer: Timer | undefined;
    const late = new Promise<"late">((resolve) => {
      timer = this.#clock.after(timeoutMs, () => resolve("late"));
    });
    const outcome = await Promise.race([this.#gone, late]);
    timer?.cancel();
    if (outcome !== "late") return;
    this.kill();
    throw new StoreError("deadline", `the store did not close within ${timeoutMs} ms: another process may be frozen`);
  }

  /** Ends the thread as soon as it leaves native code; waits for nothing. */
  kill(): void {
    this.#worker.unref();
    void this.#worker.terminate();
    this.#fail(new StoreError("closed", "the store was closed"));
  }

  #flush(): void {
    const requests = this.#outbox;
    this.#outbox = [];
    if (requests.length > 0) this.#worker.postMessage(requests);
  }

  #take(reply: Reply): void {
    switch (reply.type) {
      case "opened":
        return this.#events.opened(reply.offsetMs);
      case "failed":
        return this.#fail(toError(reply.error));
      case "changed":
        return this.#events.revised(reply.space, reply.revision);
      case "done":
        if (reply.revision !== undefined) this.#events.revised(reply.revision.space, reply.revision.at);
        return this.#remove(reply.call)?.resolve(reply.output);
      case "refused":
        return this.#remove(reply.call)?.reject(toError(reply.error));
      case "skipped":
        return this.#remove(reply.call)?.reject(this.#late());
    }
  }

  #remove(call: number): Pending["settle"] {
    const pending = this.#pending.get(call);
    if (pending === undefined) return undefined;
    this.#pending.delete(call);
    this.#weight -= pending.weight;
    if (this.#pending.size === 0) {
      this.#timer?.cancel();
      this.#timer = undefined;
    }
    return pending.settle;
  }

  /** Fails the calls whose deadline has passed and sets the timer for the next. */
  #expire(): void {
    this.#timer = undefined;
    const now = this.#clock.monotonicMs();
    for (const pending of this.#pending.values()) {
      if (pending.settle === undefined) continue;
      if (pending.deadlineMs > now) {
        this.#timer = this.#clock.after(pending.deadlineMs - now, () => this.#expire(), true);
        return;
      }
      const { reject } = pending.settle;
      pending.settle = undefined;
      reject(this.#late());
    }
  }

  #late(): StoreError {
    const message = `no answer from the store within ${this.#bounds.timeoutMs} ms: repeat the call with the same ids`;
    return new StoreError("deadline", message, { retryable: true });
  }

  #fail(error: StoreError): void {
    if (this.#end !== undefined) return;
    this.#end = error;
    this.#timer?.cancel();
    for (const { settle } of this.#pending.values()) settle?.reject(error);
    this.#pending.clear();
    this.#outbox = [];
    this.#events.gone(error);
  }
}
