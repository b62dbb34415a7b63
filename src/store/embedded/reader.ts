import type { Clock, Timer } from "../../base/clock.ts";
import { ask } from "../model/queries.ts";
import type { Database } from "./database.ts";
import { toStoreError } from "./native-error.ts";
import type { ThreadPort } from "./port.ts";
import { toErrorData, type QueryRequest, type Reply, type Request } from "./protocol.ts";

/** How often other processes' commits are looked for, while someone waits for one: those of its own process the store is told of. */
const pollEveryMs = 25;

/** Answers queries, each list on a fresh snapshot, and tells of new revisions of the spaces that are watched. */
export class Reader {
  readonly #database: Database;
  readonly #port: ThreadPort;
  readonly #clock: Clock;
  /** The highest revision told of each watched space. */
  readonly #watched = new Map<string, number>();
  #timer: Timer | undefined;

  constructor(database: Database, port: ThreadPort, clock: Clock) {
    this.#database = database;
    this.#port = port;
    this.#clock = clock;
  }

  /** True: the store is to be closed. */
  handle(requests: readonly Request[]): boolean {
    this.#database.refresh();
    let closing = false;
    const replies: Reply[] = [];
    for (const request of requests) {
      if (request.type === "ask") replies.push(this.#answer(request));
      else if (request.type === "watch") this.#watched.set(request.space, request.above);
      else if (request.type === "unwatch") this.#watched.delete(request.space);
      else if (request.type === "close") closing = true;
      else throw new Error(`a reader got a request of type ${request.type}`);
    }
    if (replies.length > 0) this.#port.post(replies);
    if (closing) this.#timer?.cancel();
    else this.#look();
    // A snapshot that is kept keeps old pages from being used again.
    this.#database.refresh();
    return closing;
  }

  #answer({ call, deadlineMs, space, name, input }: QueryRequest): Reply {
    if (this.#clock.monotonicMs() >= deadlineMs) return { type: "skipped", call };
    try {
      const output = ask(this.#database, { space, nowMs: this.#database.nowMs() }, name, input);
      return { type: "done", call, output };
    } catch (error) {
      return { type: "refused", call, error: toErrorData(toStoreError(error)) };
    }
  }

  #look(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    if (this.#watched.size === 0) return;
    const replies: Reply[] = [];
    for (const [space, told] of this.#watched) {
      const revision = ask(this.#database, { space, nowMs: 0 }, "revision", undefined);
      if (revision <= told) continue;
      this.#watched.set(space, revision);
      replies.push({ type: "changed", space, revision });
    }
    if (replies.length > 0) this.#port.post(replies);
    this.#timer = this.#clock.after(pollEveryMs, () => {
      this.#database.refresh();
      this.#look();
      this.#database.refresh();
    });
  }
}
