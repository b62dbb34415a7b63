import { setImmediate as turn } from "node:timers/promises";
import type { Address } from "../../src/kernel/index.ts";
import type { SinkMessage } from "./sink.ts";

/** Of each message, as in Erlang. */
const bytes = Buffer.alloc(200, 7);
const deadlineMs = 60_000;
/** Told in one turn of the event loop. */
const burst = 500;
/** Of what the link has not sent or not got acknowledged: with more, the sender waits. */
const mostWaiting = 20_000;

const micros = (startMs: number): number => (performance.now() - startMs) * 1_000;

/**
 * Tells the sink so many messages and waits until it has counted all of them.
 *
 * @param waiting how many the link holds
 * @returns microseconds
 */
export const tells = async (sink: Address<SinkMessage>, count: number, waiting: () => number): Promise<number> => {
  const startMs = performance.now();
  for (let left = count; left > 0; left -= burst) {
    for (let at = Math.min(burst, left); at > 0; at -= 1) {
      if (!sink.tell({ type: "data", bytes })) throw new Error("a message was not taken");
    }
    do await turn();
    while (waiting() > mostWaiting);
  }
  const counted = await sink.ask<Buffer>((replyTo) => ({ type: "count", replyTo }), deadlineMs);
  const took = micros(startMs);
  if (counted.toString() !== String(count)) throw new Error(`${counted.toString()} of ${count} messages were counted`);
  return took;
};

/** So many asks of the sink, by `outstanding` askers of which each waits for one answer after the other. @returns microseconds */
export const asks = async (sink: Address<SinkMessage>, count: number, outstanding: number): Promise<number> => {
  let answered = 0;
  const asker = async (): Promise<void> => {
    for (let left = count / outstanding; left > 0; left -= 1) {
      const reply = await sink.ask<Buffer>((replyTo) => ({ type: "echo", bytes, replyTo }), deadlineMs);
      if (reply.length === bytes.length) answered += 1;
    }
  };
  const startMs = performance.now();
  await Promise.all(Array.from({ length: outstanding }, asker));
  const took = micros(startMs);
  if (answered !== count) throw new Error(`${answered} of ${count} asks were answered`);
  return took;
};
