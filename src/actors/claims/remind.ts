import type { Context } from "../../kernel/index.ts";

/**
 * Tells the actor `message` once after `delayMs`, unless its life has ended meanwhile: a handler that waits for the store, up to the store's
 * deadline, may outlive its actor, and has nothing to come back to then.
 */
export const remind = <Message>(
  { signal, timers }: Pick<Context<Message>, "signal" | "timers">,
  key: string,
  delayMs: number,
  message: Message,
): void => {
  if (!signal.aborted) timers.once(key, delayMs, message);
};
