import type { Clock } from "../../base/clock.ts";
import type { Store, WorkQueue } from "../../store/index.ts";
import { controlService } from "../../wire/index.ts";
import type { CallServer } from "../calls/call-server.ts";
import { ControlError } from "../errors.ts";
import { pageRequest } from "../page-request.ts";
import { fillPage } from "../fill-page.ts";

/** A queue of the cluster, by space and name. */
export interface QueueName {
  readonly space: string;
  readonly queue: string;
}

/** The queues that there are now: those of some work are known once somebody offers it. */
export type ListQueueNames = () => Promise<readonly QueueName[]>;

export interface QueueCallsSetup {
  readonly calls: CallServer;
  readonly store: Store;
  readonly queues: ListQueueNames;
  readonly clock: Clock;
}

/** The queues of the cluster and their dead letters. */
export const serveQueues = ({ calls, store, queues, clock }: QueueCallsSetup): void => {
  const find = async (name: string): Promise<{ readonly work: WorkQueue; readonly queue: string }> => {
    const all = await queues();
    const found = all.find(({ space, queue }) => `${space}/${queue}` === name);
    if (found !== undefined) return { work: store.space(found.space).queue, queue: found.queue };
    const known = all.map(({ space, queue }) => `${space}/${queue}`).join(", ");
    throw new ControlError("queue-unknown", `there is no queue ${JSON.stringify(name)}: use one of ${known}`);
  };

  calls.unary(controlService.listQueues, async () => ({
    queues: await Promise.all(
      (await queues()).map(async ({ space, queue }) => {
        const { oldestWaitingMs, ...counts } = await store.space(space).queue.counts(queue);
        const oldest =
          oldestWaitingMs === undefined ? {} : { oldestWaitingMs: Math.max(0, Math.round(oldestWaitingMs)) };
        return { space, name: queue, ...counts, ...oldest };
      }),
    ),
  }));

  calls.unary(controlService.listDeadLetters, async (request) => {
    const { work, queue } = await find(request.queue);
    const { rows, next } = await fillPage(
      { clock, ...pageRequest(request) },
      (page) => work.deadLetters(queue, page),
      (letter) => ({
        queue: request.queue,
        id: letter.id,
        limit: letter.limit,
        failures: letter.failures,
        losses: letter.losses,
        lastError: letter.lastError ?? "",
        diedAtMs: Math.round(letter.diedAtMs),
        body: JSON.stringify(letter.body),
      }),
    );
    return { deadLetters: rows, nextPageToken: next };
  });

  calls.unary(controlService.replayDeadLetters, async (request, call) => {
    call.concerns(`${request.queue} ${request.ids.join(" ")}`);
    const { work, queue } = await find(request.queue);
    return { ids: [...(await work.replay(queue, request.ids))] };
  });
};
