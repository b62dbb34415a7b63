import { isDeepStrictEqual } from "node:util";
import { seededRandom } from "../../../../src/base/random.ts";
import { until } from "../../../support/until.ts";
import { startActionServer, type ActionServer, type SeenRequest } from "../action-server.ts";
import { ordersTwice, repeatedAfterEnd, repeatedAfterHeard } from "../request-checks.ts";
import { RespondCluster, type NodeFiles } from "../respond-cluster.ts";
import { answerTo } from "./effects.ts";
import { effects, fiftySteps, rowOf } from "./fifty-steps.ts";
import { Person } from "./person.ts";
import { allSteps, begin, isOver, resultOf, type RunResult, untilOver } from "./run-results.ts";
import { endedEffects, httpPlaceOf } from "./step-places.ts";

/** Where a run is killed: when the start of the step with this effect is kept, or when its end is. */
export interface Boundary {
  readonly stage: number;
  readonly at: "start" | "end";
  /** What is killed. */
  readonly victim: "process" | "node";
}

export interface ResumeOptions {
  readonly boundaries: readonly Boundary[];
  readonly seed: number;
  readonly files: NodeFiles;
  readonly say: (line: string) => void;
}

export interface ResumeResult {
  readonly boundaries: number;
  readonly processesKilled: number;
  readonly nodesKilled: number;
  readonly requests: number;
  /** Effects that came again: each had been under way when its process died. */
  readonly repeated: number;
  readonly questions: number;
  readonly violations: readonly string[];
}

const nodes = 2;
/** Runs on their way to their boundaries at once. */
const atOnce = 4;
const reachMs = 120_000;
const shownOfAKind = 5;

/** Every start and every end of the fifty, each at a process, and every `nodeEvery`-th at a node. */
export const allBoundaries = (nodeEvery: number): readonly Boundary[] =>
  Array.from({ length: effects * 2 }, (_, n) => ({
    stage: Math.floor(n / 2) + 1,
    at: n % 2 === 0 ? "start" : "end",
    victim: n % nodeEvery === nodeEvery - 1 ? "node" : "process",
  }));

/** Stops runs at their boundaries: from there on no request of them is answered until they are released. */
class Gates {
  readonly #held = new Map<
    string,
    { readonly boundary: Boundary; readonly released: Promise<void>; release: () => void }
  >();

  hold(run: string, boundary: Boundary): void {
    let release = (): void => undefined;
    const released = new Promise<void>((resolve) => (release = resolve));
    this.#held.set(run, { boundary, released, release });
  }

  release(run: string): void {
    this.#held.get(run)?.release();
    this.#held.delete(run);
  }

  /** The step of the boundary is answered when its end is what is waited for; what comes after it is not. */
  readonly gate = ({ run, stage }: SeenRequest): Promise<void> | undefined => {
    const held = this.#held.get(run);
    if (held === undefined || stage < held.boundary.stage) return undefined;
    return stage === held.boundary.stage && held.boundary.at === "end" ? undefined : held.released;
  };
}

/**
 * Executes the playbook of fifty effects once undisturbed and once for each boundary, where its process or its node is killed. Each run has
 * to come to the same, no effect may come again whose end was kept, and none that must not be repeated at all.
 */
export const resumeRun = async ({ boundaries, seed, files, say }: ResumeOptions): Promise<ResumeResult> => {
  const gates = new Gates();
  const times = { leastMs: 0, moreMs: 5 };
  const server = await startActionServer(seededRandom(seed), times, { answerOf: answerTo, gate: gates.gate });
  const port = Number(new URL(server.url).port);
  const cluster = new RespondCluster({
    ...{ nodes, files, playbooks: { "fifty.json": fiftySteps(port) } },
    respond: { egress: [`127.0.0.1:${port}`], leaseMs: 2_000, pool: { spare: 1, max: atOnce, warmThreads: 1 } },
  });
  let person: Person | undefined;
  try {
    await Promise.all(cluster.nodes.map((node) => node.client()));
    person = new Person(cluster, server);
    const quiet = await begin(cluster, "fifty", "quiet");
    const undisturbed = (await untilOver(cluster, [quiet], server.seen)).get(quiet);
    if (undisturbed?.state !== "done") throw new Error(`undisturbed, it is ${JSON.stringify(undisturbed)}`);
    const expected = resultOf(undisturbed, server.seen);
    say(`undisturbed: ${expected.effects.length} effects`);

    const world: World = { cluster, server, gates };
    const ids: string[] = [];
    const open = [...boundaries];
    let nodesKilled = 0;
    let node = Promise.resolve();
    const work = async (): Promise<void> => {
      for (let boundary = open.shift(); boundary !== undefined; boundary = open.shift()) {
        const { stage, at, victim } = boundary;
        const id = await begin(cluster, "fifty", `${stage}-${at}-${victim}`);
        ids.push(id);
        gates.hold(id, boundary);
        const killed = await reach(world, id, boundary);
        if (victim === "process") kill(killed);
        else {
          // One at a time, so that the cluster has a node.
          node = node.then(() => killNodeOf(world, killed));
          await node;
          nodesKilled += 1;
        }
        gates.release(id);
        await untilOver(cluster, [id], server.seen);
        if (ids.length % 20 === 0) say(`${ids.length} runs killed, ${server.seen.length} requests`);
      }
    };
    await Promise.all(Array.from({ length: atOnce }, work));
    await person.end();
    return await judge(world, ids, expected, { nodesKilled, questions: person.answers.unknown });
  } finally {
    await person?.end().catch(() => undefined);
    await cluster.end();
    await server.close();
  }
};

interface World {
  readonly cluster: RespondCluster;
  readonly server: ActionServer;
  readonly gates: Gates;
}

/** The process that executes the run, once it is at its boundary. */
const reach = async ({ cluster, server }: World, run: string, { stage, at }: Boundary): Promise<number> => {
  let request: SeenRequest | undefined;
  await until(
    () => (request = server.seen.findLast((one) => one.run === run && one.stage === stage)) !== undefined,
    () => ({ run, stage, at, seen: server.seen.filter((one) => one.run === run).length }),
    reachMs,
  );
  if (at === "end") {
    await until(
      async () =>
        (await allSteps(cluster, run)).some(
          (step) => step.endedAtMs !== undefined && httpPlaceOf(run, step)?.stage === stage,
        ),
      () => ({ run, stage, at }),
      reachMs,
    );
  }
  return request?.pid ?? 0;
};

const kill = (pid: number): void => {
  if (pid === 0) throw new Error("nobody knows whose request it was");
  try {
    process.kill(pid, "SIGKILL");
  } catch (thrown) {
    // It may have died with its node.
    if ((thrown as NodeJS.ErrnoException).code !== "ESRCH") throw thrown;
  }
};

const killNodeOf = async ({ cluster }: World, pid: number): Promise<void> => {
  await until(
    () => cluster.nodes.every(({ isReady }) => isReady),
    () => cluster.nodes.map(({ stderr }) => stderr.slice(-300)),
    reachMs,
  );
  const victim = cluster.nodes.find((node) => node.processes().includes(pid));
  // Its process may have died with the node that was killed before.
  if (victim === undefined) return;
  await victim.kill();
  victim.restart();
};

const judge = async (
  { cluster, server }: World,
  ids: readonly string[],
  expected: RunResult,
  counts: Pick<ResumeResult, "nodesKilled" | "questions">,
): Promise<ResumeResult> => {
  const { seen } = server;
  const wrong: string[] = [];
  const ended = [];
  for (const id of ids) {
    const run = await cluster.ask((client) => client.runs.get(id));
    if (!isOver(run)) wrong.push(`run ${id} of ${run.event} is ${run.state}`);
    else if (!isDeepStrictEqual(resultOf(run, seen), expected)) {
      wrong.push(`run ${id} of ${run.event} came to ${JSON.stringify(resultOf(run, seen))}`);
    }
    ended.push(...endedEffects(id, await allSteps(cluster, id)));
  }
  const again = [
    ...repeatedAfterHeard(seen.map((request) => ({ ...request, run: `${request.run} ${rowOf(request.stage)}` }))),
    ...repeatedAfterEnd(seen, ended),
  ];
  const keys = new Set(seen.map(({ run, stage }) => `${run} ${stage}`));
  return {
    ...counts,
    boundaries: ids.length,
    processesKilled: ids.length - counts.nodesKilled,
    requests: seen.length,
    repeated: seen.length - keys.size,
    violations: [wrong, [...ordersTwice(seen), ...again]].flatMap((kind) => kind.slice(0, shownOfAKind)),
  };
};
