import { once } from "node:events";
import { Queue, Worker, type Job } from "bullmq";
import { handle, payload, type Outcome, type Payload } from "./payload.ts";

const queueName = "bench";
/** Jobs of one `addBulk`, one pipeline: as many as one add of ours. 100 to 2,000 made no difference, automatic pipelining none for the better. */
const bulk = 128;
const lockMs = 30_000;

/** A finished job leaves nothing behind: the quickest of its settings. */
const removed = { count: 0 } as const;

interface Connection {
  readonly host: "127.0.0.1";
  readonly port: number;
  readonly maxRetriesPerRequest: null;
}

const connectionTo = (port: number): Connection => ({ host: "127.0.0.1", port, maxRetriesPerRequest: null });

/** Fails if anything of the queue is left: a job that was not ended was not counted either. */
const requireEmpty = async (queue: Queue<Payload, Outcome>): Promise<void> => {
  const counts = await queue.getJobCounts();
  const left = Object.entries(counts).filter(([, count]) => count > 0);
  if (left.length > 0) throw new Error(`BullMQ left jobs: ${JSON.stringify(left)}`);
};

/**
 * Jobs per second of BullMQ: `addBulk` of 128 at a time, and a Worker that handles so many at once, which starts with
 * the first add. From the first add to the end of the last job.
 */
export const bullRate = async (port: number, jobs: number, concurrency: number): Promise<number> => {
  const connection = connectionTo(port);
  const queue = new Queue<Payload, Outcome>(queueName, { connection });
  const worker = new Worker<Payload, Outcome>(queueName, (job) => handle(job.data), {
    connection,
    concurrency,
    lockDuration: lockMs,
    removeOnComplete: removed,
    autorun: false,
  });
  worker.on("error", (error) => console.error(error));
  try {
    await Promise.all([queue.waitUntilReady(), worker.waitUntilReady()]);
    const ended = new Set<string>();
    const allEnded = new Promise<void>((resolve, reject) => {
      worker.on("completed", ({ id = "" }) => {
        ended.add(id);
        if (ended.size === jobs) resolve();
      });
      worker.on("failed", (_job, error) => reject(error));
    });
    const start = performance.now();
    const running = worker.run();
    for (let at = 0; at < jobs; at += bulk) {
      const some = Array.from({ length: Math.min(bulk, jobs - at) }, (_, offset) => ({
        name: "job",
        data: payload(at + offset),
      }));
      await queue.addBulk(some);
    }
    await allEnded;
    const seconds = (performance.now() - start) / 1_000;
    await requireEmpty(queue);
    await worker.close();
    await running;
    return jobs / seconds;
  } finally {
    await worker.close();
    await queue.close();
  }
};

/** Jobs per second of BullMQ one by one: add, fetch and complete, each awaited, by its interface for fetching by hand. */
export const bullRateOneByOne = async (port: number, jobs: number): Promise<number> => {
  const connection = connectionTo(port);
  const queue = new Queue<Payload, Outcome>(queueName, { connection });
  const worker = new Worker<Payload, Outcome>(queueName, null, { connection, removeOnComplete: removed });
  worker.on("error", (error) => console.error(error));
  const token = "bench";
  try {
    await Promise.all([queue.waitUntilReady(), worker.waitUntilReady()]);
    const start = performance.now();
    for (let at = 0; at < jobs; at += 1) {
      await queue.add("job", payload(at));
      const job = (await worker.getNextJob(token, { block: false })) as Job<Payload, Outcome> | undefined;
      if (job === undefined) throw new Error("BullMQ gave no job");
      await job.moveToCompleted(await handle(job.data), token, false);
    }
    const seconds = (performance.now() - start) / 1_000;
    await requireEmpty(queue);
    return jobs / seconds;
  } finally {
    await worker.close();
    await queue.close();
  }
};

/** The same with a Worker of concurrency 1 that waits for the next job: each is added when the one before has ended. */
export const bullRateOneByOneWorker = async (port: number, jobs: number): Promise<number> => {
  const connection = connectionTo(port);
  const queue = new Queue<Payload, Outcome>(queueName, { connection });
  const worker = new Worker<Payload, Outcome>(queueName, (job) => handle(job.data), {
    connection,
    removeOnComplete: removed,
  });
  worker.on("error", (error) => console.error(error));
  try {
    await Promise.all([queue.waitUntilReady(), worker.waitUntilReady()]);
    const start = performance.now();
    for (let at = 0; at < jobs; at += 1) {
      const ended = once(worker, "completed");
      await queue.add("job", payload(at));
      await ended;
    }
    const seconds = (performance.now() - start) / 1_000;
    await requireEmpty(queue);
    return jobs / seconds;
  } finally {
    await worker.close();
    await queue.close();
  }
};
