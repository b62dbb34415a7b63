import type { Reply, Request } from "./protocol.ts";

/** The thread's end of the channel to the store that started it. Messages come in lists: a list costs one wake-up. */
export interface ThreadPort {
  post(replies: readonly Reply[]): void;
  /** Requests that have come in meanwhile, without waiting. */
  receive(): readonly Request[];
}
