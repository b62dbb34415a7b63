import type { SeenRequest } from "./action-server.ts";

type Place = Pick<SeenRequest, "run" | "stage" | "part">;

/** How a step ended as the product tells it. */
export interface EndedStep extends Place {
  /** Milliseconds since 1970. */
  readonly endedAtMs: number;
}

/** Names a step by what the playbook gave it to do, not by the key that the product made. */
export const stepOf = ({ run, stage, part }: Place): string => `${run} ${stage}.${part}`;

const groupedBy = <Item>(items: Iterable<Item>, name: (item: Item) => string): ReadonlyMap<string, readonly Item[]> => {
  const groups = new Map<string, Item[]>();
  for (const item of items) {
    const group = groups.get(name(item));
    if (group === undefined) groups.set(name(item), [item]);
    else group.push(item);
  }
  return groups;
};

/** Orders that came more than once. */
export const ordersTwice = (seen: readonly SeenRequest[]): readonly string[] =>
  [
    ...groupedBy(
      seen.filter(({ method }) => method === "POST"),
      stepOf,
    ),
  ]
    .filter(([, requests]) => requests.length > 1)
    .map(([step, requests]) => `step ${step} must not be repeated and came ${requests.length} times`);

/** Steps that did not have one key in all their requests, and keys that two steps shared. */
export const keysMixed = (seen: readonly SeenRequest[]): readonly string[] => {
  const keysOf = [...groupedBy(seen, stepOf)].filter(
    ([, requests]) => new Set(requests.map(({ key }) => key)).size > 1,
  );
  const stepsOf = [...groupedBy(seen, ({ key }) => key)].filter(
    ([, requests]) => new Set(requests.map(stepOf)).size > 1,
  );
  return [
    ...keysOf.map(([step]) => `step ${step} had several idempotency keys`),
    ...stepsOf.map(([key]) => `the idempotency key ${key} was that of several steps`),
  ];
};

/**
 * Requests of a stage that came after one of a later stage of the same run: the playbook had heard how all of the stage ended, which has
 * to be kept before it does.
 */
export const repeatedAfterHeard = (seen: readonly SeenRequest[]): readonly string[] => {
  const latest = new Map<string, number>();
  const wrong: string[] = [];
  for (const request of seen) {
    const reached = latest.get(request.run) ?? 0;
    if (request.stage < reached) wrong.push(`step ${stepOf(request)} came again after stage ${reached} had begun`);
    else latest.set(request.run, request.stage);
  }
  return wrong;
};

/** Requests that came after the moment at which the product says that their step ended. Both clocks are of this machine. */
export const repeatedAfterEnd = (seen: readonly SeenRequest[], ended: readonly EndedStep[]): readonly string[] => {
  const endOf = new Map(ended.map((step) => [stepOf(step), step.endedAtMs]));
  return seen.flatMap((request) => {
    const afterMs = request.wallMs - (endOf.get(stepOf(request)) ?? Infinity);
    return afterMs > 0 ? [`step ${stepOf(request)} came again ${afterMs} ms after its end was kept`] : [];
  });
};

/** The kill of a node. */
export interface NodeKill {
  /** On this process's `performance.now`. */
  readonly atMs: number;
  /** The processes that the node had. */
  readonly pids: ReadonlySet<number>;
}

/**
 * Runs that one of the node's processes had under way when it was killed: they went on afterwards, or had to ask.
 * @param asked runs that had to wait for a person
 */
export const runsHitBy = (
  seen: readonly SeenRequest[],
  { atMs, pids }: NodeKill,
  asked: ReadonlySet<string>,
): ReadonlySet<string> => {
  const onNode = new Set(seen.filter((request) => request.atMs <= atMs && pids.has(request.pid)).map(({ run }) => run));
  const after = new Set(seen.filter((request) => request.atMs > atMs).map(({ run }) => run));
  return new Set([...onNode].filter((run) => after.has(run) || asked.has(run)));
};

/** By then the processes of a node that was killed are gone. */
const cutWithinMs = 1_000;

/** Runs of which a request was under way when a node was killed, and cut within the second after. */
export const runsCutBy = (seen: readonly SeenRequest[], killAtMs: number): ReadonlySet<string> =>
  new Set(
    seen
      .filter(({ cutAtMs = -Infinity }) => cutAtMs >= killAtMs && cutAtMs <= killAtMs + cutWithinMs)
      .map(({ run }) => run),
  );

/**
 * The longest time from a kill to the next request of a run that it cut.
 * @param waited runs that had to wait for a person: they say nothing about it
 */
export const longestTakeoverMs = (
  seen: readonly SeenRequest[],
  killsAtMs: readonly number[],
  waited: ReadonlySet<string>,
): number => {
  const requestsOf = groupedBy(seen, ({ run }) => run);
  let longest = 0;
  for (const killAtMs of killsAtMs) {
    for (const run of runsCutBy(seen, killAtMs)) {
      const next = requestsOf.get(run)?.find(({ atMs }) => atMs > killAtMs + cutWithinMs);
      if (next !== undefined && !waited.has(run)) longest = Math.max(longest, next.atMs - killAtMs);
    }
  }
  return Math.round(longest);
};
