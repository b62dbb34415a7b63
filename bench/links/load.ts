import { setImmediate as turn, setTimeout as pause } from "node:timers/promises";
import { KernelError, type Address } from "../../src/kernel/index.ts";
import type { SinkMessage } from "./sink.ts";

/** Of each message, as in Erlang. */
const bytes = Buffer.alloc(200, 7);
const deadlineMs = 60_000;
const againMs = 10;
/** Told in one turn of the event loop, and acknowledged by the sink together. */
const burst = 500;
/** Bursts that are not acknowledged: with more, the sender waits. */
const mostBursts = 32;

const micros = (startMs: number): number => (performance.now() - startMs) * 1_000;

/** Tells the sink so many messages and waits until it has counted all of them. @returns microseconds */
export const tells = async (sink: Address<SinkMessage>, count: number): Promise<number> => {
  const counts: Promise<number>[] = [];
  let arrived = 0;
  const startMs = performance.now();
  for (let left = count; left > 0; left -= burst) {
    for (let at = Math.min(burst, left); at > 0; at -= 1) {
      if (!sink.tell({ type: "data", bytes })) throw new Error("a message was not taken");
    }
    counts.push(counted(sink));
    await turn();
    if (counts.length > mostBursts) arrived += (await counts.shift()) ?? 0;
  }
  for (const rest of counts) arrived += await rest;
  const took = micros(startMs);
  if (arrived !== count) throw new Error(`${arrived} of ${count} messages were counted`);
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

/** What became of messages that were told whether or not they were taken. */
export interface Flooded {
  readonly taken: number;
  readonly refused: number;
}

/** Tells the sink as much as there is time for, and goes on when a message is not taken. */
export const flood = async (sink: Address<SinkMessage>, forMs: number): Promise<Flooded> => {
  let [taken, refused] = [0, 0];
  const endMs = performance.now() + forMs;
  while (performance.now() < endMs) {
    for (let at = 0; at < burst; at += 1) {
      if (sink.tell({ type: "data", bytes })) taken += 1;
      else refused += 1;
    }
    await turn();
  }
  return { taken, refused };
};

/** How many messages the sink has counted since it was asked last. */
export const counted = async (sink: Address<SinkMessage>): Promise<number> =>
  Number(await sink.ask<Buffer>((replyTo) => ({ type: "count", replyTo }), deadlineMs));

/** As `counted`, once the outbox has room again. */
export const countedAtLast = async (sink: Address<SinkMessage>): Promise<number> => {
  const endMs = performance.now() + deadlineMs;
  for (;;) {
    try {
      return await counted(sink);
    } catch (error) {
      const full = error instanceof KernelError && error.code === "unreachable";
      if (!full || performance.now() > endMs) throw error;
      await pause(againMs);
    }
  }
};
