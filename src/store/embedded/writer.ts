import type { Clock } from "../../base/clock.ts";
import { StoreError } from "../errors.ts";
import { execute } from "../model/commands.ts";
import { grows } from "../model/growth.ts";
import type { Retention } from "../model/unit.ts";
import type { Database } from "./database.ts";
import { toStoreError } from "./native-error.ts";
import type { ThreadPort } from "./port.ts";
import { toErrorData, type CommandRequest, type Reply, type Request } from "./protocol.ts";

/** Commands of one transaction: enough to share a flush, few enough that nobody waits long for the first. */
const groupSize = 128;

/** A transaction begins no further command after this: other processes wait for the lock, and large commands are slow. */
const groupMs = 25;

/**
 * Runs commands in groups: one transaction and one flush for all that have come in, and answers after the flush. A
 * command that the model refuses leaves nothing in the transaction. If anything else goes wrong, nothing of the
 * group is kept and its commands run again one by one, so that a bad one fails alone.
 */
export class Writer {
  readonly #database: Database;
  readonly #port: ThreadPort;
  readonly #clock: Clock;
  readonly #retention: Retention;
  readonly #queue: CommandRequest[] = [];
  #closing = false;

  constructor(database: Database, port: ThreadPort, clock: Clock, retention: Retention) {
    this.#database = database;
    this.#port = port;
    this.#clock = clock;
    this.#retention = retention;
  }

  /** Works off what came in, and what comes in meanwhile. True: the store is to be closed. */
  handle(requests: readonly Request[]): boolean {
    this.#accept(requests);
    while (this.#queue.length > 0) this.#port.post(this.#runGroup());
    return this.#closing;
  }

  #accept(requests: readonly Request[]): void {
    for (const request of requests) {
      if (request.type === "execute") this.#queue.push(request);
      else if (request.type === "close") this.#closing = true;
      else throw new Error(`a writer got a request of type ${request.type}`);
    }
  }

  #runGroup(): readonly Reply[] {
    const group: CommandRequest[] = [];
    try {
      return this.#database.write((full) => {
        // The lock may have taken long: only now is it known who still waits, and who came too.
        this.#accept(this.#port.receive());
        const endMs = this.#clock.monotonicMs() + groupMs;
        const replies: Reply[] = [];
        do {
          const request = this.#queue[group.length] as CommandRequest;
          group.push(request);
          replies.push(this.#run(request, full));
          // Where there is little room, a transaction takes no more of it than one command does.
          if (full !== undefined && replies.at(-1)?.type === "done") break;
        } while (group.length < Math.min(groupSize, this.#queue.length) && this.#clock.monotonicMs() < endMs);
        return replies;
      });
    } catch (error) {
      // Without a group the lock itself failed: that fails the first in line, or the loop would not end.
      if (group.length === 0) group.push(...this.#queue.slice(0, 1));
      return group.length === 1
        ? group.map(({ call }) => refused(call, error))
        : group.map((one) => this.#runAlone(one));
    } finally {
      this.#queue.splice(0, group.length);
    }
  }

  #runAlone(request: CommandRequest): Reply {
    try {
      return this.#database.write((full) => this.#run(request, full));
    } catch (error) {
      return refused(request.call, error);
    }
  }

  #run({ call, deadlineMs, space, name, input }: CommandRequest, full: StoreError | undefined): Reply {
    if (this.#clock.monotonicMs() >= deadlineMs) return { type: "skipped", call };
    if (full !== undefined && grows(name, input)) return refused(call, full);
    const execution = { space, nowMs: this.#database.nowMs(), retention: this.#retention };
    try {
      const { output, revision } = execute(this.#database, execution, name, input);
      return { type: "done", call, output, revision: revision === undefined ? undefined : { space, at: revision } };
    } catch (error) {
      if (error instanceof StoreError) return refused(call, error);
      throw error;
    }
  }
}

const refused = (call: number, error: unknown): Reply => ({
  type: "refused",
  call,
  error: toErrorData(toStoreError(error)),
});
