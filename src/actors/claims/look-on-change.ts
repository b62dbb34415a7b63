import type { Context } from "../../kernel/index.ts";
import type { Space } from "../../store/index.ts";
import { remind } from "./remind.ts";

interface Look {
  readonly type: "look";
  readonly seen: number;
}

/** However quiet the space is, its actors look at it this often. */
export const longestWaitMs = 1_000;
const againMs = 250;

/**
 * Waits outside of the actor's turns for a revision above `seen`, at most `waitMs`, and then tells the actor to look: once, and never
 * in a later life, which waits by itself.
 */
export const lookOnChange = <Message>(
  space: Space,
  seen: number,
  waitMs: number,
  context: Context<Message | Look>,
): void => {
  const look = (revision: number): void => {
    if (!context.signal.aborted) context.self.tell({ type: "look", seen: revision });
  };
  // One look leads to the next, for ever: they belong to no trace.
  context.tracing.run(undefined, () => {
    space.changed(seen, Math.min(longestWaitMs, Math.max(1, waitMs))).then(look, () => {
      remind(context, "watch", againMs, { type: "look", seen });
    });
  });
};
