import type { Clock } from "../../base/clock.ts";
import {
  relayService,
  type AssignedTask,
  type ClaimTasksRequest,
  type HeartbeatRequest,
  type TaskResult,
} from "../../wire/index.ts";
import { Connection } from "../connection.ts";
import { done } from "../done.ts";

const callMs = 5_000;
const fetchMs = 600_000;

/** A detector in one life of its process. */
export interface Speaker {
  readonly detector: string;
  readonly incarnation: string;
}

/** What a detector asks of the relay of its host. Each method rejects with a `ClientError`; `not-found`: the relay does not know it. */
export class RelayCalls {
  readonly #connection: Connection;
  readonly #speaker: Speaker;

  /** @param socket an absolute path. @throws ClientError `invalid` */
  constructor(socket: string, speaker: Speaker, clock: Clock) {
    this.#connection = new Connection({ address: `unix:${socket}`, clock, callTimeoutMs: callMs });
    this.#speaker = speaker;
  }

  /** @returns after how many milliseconds the next one is expected */
  async heartbeat(
    request: Omit<HeartbeatRequest, "detector" | "incarnation">,
    signal: AbortSignal,
  ): Promise<{ readonly heartbeatMs: number }> {
    return this.#connection.call(relayService.heartbeat, { ...this.#speaker, ...request }, { signal });
  }

  /** Waits at most `waitMs` for a first task. */
  async claim(
    wants: ClaimTasksRequest["wants"],
    waitMs: number,
    signal: AbortSignal,
  ): Promise<readonly AssignedTask[]> {
    const { tasks } = await this.#connection.call(
      relayService.claimTasks,
      { ...this.#speaker, wants, taskIds: [], waitMs },
      { timeoutMs: waitMs + callMs, signal },
    );
    return tasks;
  }

  async *object(sha256: string, signal: AbortSignal): AsyncGenerator<Uint8Array, void> {
    const { detector } = this.#speaker;
    const request = { detector, sha256 };
    for await (const { data } of this.#connection.stream(relayService.fetchObject, request, {
      timeoutMs: fetchMs,
      signal,
    })) {
      yield data;
    }
  }

  report(results: readonly TaskResult[], signal: AbortSignal): Promise<void> {
    return done(this.#connection.call(relayService.reportResults, { ...this.#speaker, results }, { signal }));
  }

  close(): void {
    this.#connection.close();
  }
}
