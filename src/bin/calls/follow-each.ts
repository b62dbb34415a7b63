import { setMaxListeners } from "node:events";

/** Streams of one node at once, below what it grants a connection. */
const atOnce = 50;

/**
 * Follows each of these until `follow` has resolved for all, or the signal aborts; of very many only some are followed at a time. The first
 * that fails ends the others.
 */
export const followEach = async (
  ids: readonly string[],
  signal: AbortSignal,
  follow: (id: string, until: AbortSignal) => Promise<void>,
): Promise<void> => {
  const left = ids.values();
  const failed = new AbortController();
  const until = AbortSignal.any([signal, failed.signal]);
  setMaxListeners(0, until);
  const followSome = async (): Promise<void> => {
    for (const id of left) {
      if (until.aborted) return;
      await follow(id, until);
    }
  };
  try {
    await Promise.all(Array.from({ length: Math.min(atOnce, ids.length) }, followSome));
  } finally {
    failed.abort();
  }
};
