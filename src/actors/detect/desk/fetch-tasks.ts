import { bounds, StoreError, type Claim, type ClaimRef } from "../../../store/index.ts";
import {
  missingObjectPrefix,
  type FetchedTask,
  type ObjectSource,
  type RelayIdentity,
  type WantedTasks,
} from "../centre-port.ts";
import { canScan } from "../known-version.ts";
import { parseAnswer } from "../records/answer-record.ts";
import { answersOf, relayKey } from "../records/keys.ts";
import { parseRelay, versionHash } from "../records/offers-record.ts";
import { readOffers, readSamples, readTask, readTasks } from "../records/read.ts";
import { isSampleKept, whyGone } from "../records/sample-record.ts";
import type { TaskRecord } from "../records/task-record.ts";
import type { CentreSetup } from "../setup.ts";
import { executionId, kindQueue, parseExecution, type Execution } from "../work.ts";
import { claimOwner } from "./claim-owner.ts";
import { letGo } from "./let-go.ts";

/** What was claimed of one kind for a relay. */
interface Taken {
  readonly kind: string;
  /** The current one of the kind. */
  readonly version: string;
  readonly claim: Claim;
  readonly execution: Execution;
}

/** Where an object is, or why nobody has it. */
type Located = ObjectSource | { readonly gone: string };

/** An execution of a type of which the detectors of this host want no more waits so long for another one. */
const otherTypeDelayMs = 1_000;

/** Claims executions for the detectors of one host. */
export class FetchTasks {
  readonly #setup: CentreSetup;

  constructor(setup: CentreSetup) {
    this.#setup = setup;
  }

  /**
   * @param taskIds only of these tasks
   * @param signal aborted: nobody hears of what was claimed any more, and it is given back
   */
  async fetch(
    relay: RelayIdentity,
    wanted: readonly WantedTasks[],
    taskIds: readonly string[] | undefined,
    signal: AbortSignal | undefined,
  ): Promise<readonly FetchedTask[]> {
    const held = new Set<Claim>();
    try {
      const all = await this.#fetch(relay, wanted, taskIds, held);
      if (signal?.aborted !== true) return all;
    } catch (thrown) {
      // Nobody waits for that: if the store does not take it either, they run out. So do those of which one cannot be read, for its retry limit to see.
      if (thrown instanceof StoreError && thrown.retryable) this.#giveBack(held).catch(() => undefined);
      throw thrown;
    }
    await this.#giveBack(held);
    return [];
  }

  /** @param held has what is claimed and neither ended nor given back yet */
  async #fetch(
    relay: RelayIdentity,
    wanted: readonly WantedTasks[],
    taskIds: readonly string[] | undefined,
    held: Set<Claim>,
  ): Promise<readonly FetchedTask[]> {
    const current = await this.#currentKinds(relay);
    const kinds = [...new Set(wanted.map(({ kind }) => kind))].map(async (kind): Promise<readonly Taken[]> => {
      const version = current.get(kind);
      if (version === undefined) return [];
      const wants = wanted.filter((want) => want.kind === kind);
      const claimed = await this.#claim(relay, kind, wants, taskIds, held);
      return claimed.map((each) => ({ ...each, version }));
    });
    // Not before each has ended: one that fails must not hide what others claim after it.
    await Promise.allSettled(kinds);
    const taken = (await Promise.all(kinds)).flat();
    const executions = taken.map(({ execution }) => execution);
    const [objects, tasks] = await Promise.all([this.#located(executions), this.#tasks(executions)]);
    const fetched = taken.map((each) => this.#fetched(relay, each, objects, tasks, held));
    await Promise.allSettled(fetched);
    return (await Promise.all(fetched)).flatMap((task) => task ?? []);
  }

  /** Run out, they would count as lost, as if they had killed their process. */
  #giveBack(held: ReadonlySet<Claim>): Promise<void> {
    return letGo(
      this.#setup.space,
      [...held].map((claim) => ({ type: "release", claim: refOf(claim), reason: "returned", delayMs: 0 })),
    );
  }

  /** The kinds that a host has in the current version, with that: what an older one, or one that is not known yet, says is not asked for. */
  async #currentKinds({ host, incarnation }: RelayIdentity): Promise<ReadonlyMap<string, string>> {
    const { space } = this.#setup;
    const [offers, record] = await Promise.all([readOffers(space), space.records.get(relayKey(host))]);
    if (record === undefined) return new Map();
    const relay = parseRelay(record.value);
    if (relay.incarnation !== incarnation) return new Map();
    const offered = relay.kinds.filter(canScan).map((kind) => [kind.kind, versionHash(kind)] as const);
    return new Map(offered.filter(([kind, version]) => offers.kinds[kind]?.version === version));
  }

  async #claim(
    relay: RelayIdentity,
    kind: string,
    wants: readonly WantedTasks[],
    taskIds: readonly string[] | undefined,
    held: Set<Claim>,
  ): Promise<readonly Omit<Taken, "version">[]> {
    const { space, settings } = this.#setup;
    const slots = wants.reduce((sum, { count }) => sum + count, 0);
    if (slots === 0) return [];
    const { claims } = await space.queue.claim({
      queue: kindQueue(kind),
      owner: claimOwner(relay, kind),
      slots: Math.min(slots, bounds.slots),
      leaseMs: settings.leaseMs,
      holding: 0,
      ...(taskIds === undefined ? {} : { ids: await this.#executionsOf(taskIds, kind) }),
    });
    for (const claim of claims) held.add(claim);
    const taken = claims.map((claim) => ({ kind, claim, execution: parseExecution(claim.body) }));
    // All types at once: one by one, the first would take what the others want, and give it back for later.
    const left = wants.map(({ taskTypes, count }) => ({ taskTypes, count }));
    const others = taken.filter(({ execution }) => {
      const want = left.find(({ taskTypes, count }) => count > 0 && taskTypes.includes(execution.taskType));
      if (want !== undefined) want.count -= 1;
      return want === undefined;
    });
    const delayMs = otherTypeDelayMs;
    const back = others.map(
      ({ claim }) => ({ type: "release", claim: refOf(claim), reason: "returned", delayMs }) as const,
    );
    await letGo(space, back);
    for (const { claim } of others) held.delete(claim);
    return taken.filter((each) => !others.includes(each));
  }

  /** What tasks require of a kind, as many as one claim takes. */
  async #executionsOf(taskIds: readonly string[], kind: string): Promise<readonly string[]> {
    const ids = taskIds.map(async (taskId) => {
      const task = await readTask(this.#setup.space, taskId);
      const count = task === undefined ? 0 : requiredOf(task.value, kind);
      return Array.from({ length: count }, (_, nth) => executionId(taskId, nth));
    });
    return (await Promise.all(ids)).flat().slice(0, bounds.changes);
  }

  async #located(executions: readonly Execution[]): Promise<ReadonlyMap<string, Located>> {
    const sizes = new Map(executions.map(({ sha256, size }) => [sha256, size]));
    const { space, addressOf } = this.#setup;
    const samples = await inLots([...sizes.keys()], (some) => readSamples(space, some));
    return new Map(
      [...sizes].map(([sha256, size]): readonly [string, Located] => {
        const sample = samples.get(sha256);
        if (sample === undefined || !isSampleKept(sample)) return [sha256, { gone: whyGone(sample) }];
        return [sha256, { sha256, size, addresses: sample.nodes.flatMap((node) => addressOf(node) ?? []) }];
      }),
    );
  }

  #tasks(executions: readonly Execution[]): Promise<ReadonlyMap<string, TaskRecord>> {
    const ids = new Set(executions.map(({ taskId }) => taskId));
    return inLots([...ids], (some) => readTasks(this.#setup.space, some));
  }

  /** `undefined`: nobody can do it, since nobody has the object, or has to: its task was decided, and somebody replayed a dead letter. */
  async #fetched(
    relay: RelayIdentity,
    { kind, version, claim, execution }: Taken,
    objects: ReadonlyMap<string, Located>,
    tasks: ReadonlyMap<string, TaskRecord>,
    held: Set<Claim>,
  ): Promise<FetchedTask | undefined> {
    const { space, clock, settings } = this.#setup;
    const { taskId, nth, taskType, sha256 } = execution;
    const task = tasks.get(taskId);
    if (task?.state !== "open") {
      await letGo(space, [{ type: "finish", claim: refOf(claim), outcome: "failed" }]);
      held.delete(claim);
      return undefined;
    }
    const object = objects.get(sha256) ?? { gone: whyGone(undefined) };
    if ("gone" in object) {
      const result = missingObjectPrefix + object.gone;
      await letGo(space, [{ type: "finish", claim: refOf(claim), outcome: "failed", result }]);
      held.delete(claim);
      return undefined;
    }
    const leftMs = task.createdAtMs + settings.deadlineMs - clock.wallMs();
    return {
      ...{ taskId, kind, nth, token: claim.token, taskType, version },
      object,
      claimLeftMs: Math.max(0, claim.deadlineMs - clock.monotonicMs()),
      // The clocks of nodes differ: the store decides when the time is over.
      taskLeftMs: Math.min(settings.deadlineMs, Math.max(0, leftMs)),
      answeredBy: await this.#answeredBy(relay, execution, kind, requiredOf(task, kind)),
    };
  }

  /** A relay that began again does not know who answered in its last life. */
  async #answeredBy(
    { host }: RelayIdentity,
    { taskId }: Execution,
    kind: string,
    required: number,
  ): Promise<readonly string[]> {
    if (required <= 1) return [];
    const { rows } = await this.#setup.space.records.list(`${answersOf(taskId)}${kind}/`);
    const answers = rows.map(({ value }) => parseAnswer(value).answer);
    return answers.filter((answer) => answer.host === host).map(({ detector }) => detector);
  }
}

/** What is read of so many records, in as many calls as it takes. */
const inLots = async <Value>(
  keys: readonly string[],
  read: (some: readonly string[]) => Promise<ReadonlyMap<string, Value>>,
): Promise<ReadonlyMap<string, Value>> => {
  const lots = Array.from({ length: Math.ceil(keys.length / bounds.changes) }, (_, at) =>
    read(keys.slice(at * bounds.changes, (at + 1) * bounds.changes)),
  );
  return new Map((await Promise.all(lots)).flatMap((lot) => [...lot]));
};

/** How many executions of a kind a task has. */
const requiredOf = ({ requirement }: TaskRecord, kind: string): number =>
  requirement.find((required) => required.kind === kind)?.count ?? 0;

const refOf = ({ queue, id, token }: Claim): ClaimRef => ({ queue, id, token });
