import { readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { seededRandom } from "../../../../src/base/random.ts";
import { ClientError, type GarrisonClient, type PlaybookListing, type Run } from "../../../../src/client/index.ts";
import { runCommand } from "../../../support/command-line.ts";
import { until } from "../../../support/until.ts";
import { startActionServer } from "../action-server.ts";
import { memoryMb } from "../memory-mb.ts";
import { orders } from "../playbooks.ts";
import { RespondCluster, type NodeFiles, type RespondNodeProcess } from "../respond-cluster.ts";
import { answerTo } from "./effects.ts";
import { cacaoMutants, type CacaoMutant } from "./mutants.ts";
import { isOver } from "./run-results.ts";

export interface CacaoMutantsOptions {
  readonly count: number;
  readonly seed: number;
  readonly files: NodeFiles;
  readonly say: (line: string) => void;
}

export interface CacaoMutantsResult {
  readonly loaded: number;
  readonly refused: number;
  /** How many of those that were loaded were executed and came to what. */
  readonly runs: Readonly<Record<string, number>>;
  /** How `playbook run` ended for loaded and refused ones, by exit code. */
  readonly commands: Readonly<Record<string, number>>;
  readonly memoryMb: { readonly begun: number; readonly most: number };
  /** The longest that a run of an unchanged playbook took from its start to its end, beside the mutants. */
  readonly slowestMs: number;
  readonly violations: readonly string[];
}

/** A node tells at most 1,000 problems at once. */
const filesAtOnce = 200;
/** Of each load: executed by the client, and by the command line. */
const runsOfALoad = 4;
const commandsOfALoad = 1;
const loadMs = 60_000;
const endMs = 60_000;
const mostGrownMb = 400;
const shown = 10;
const lookEveryMs = 100;

/** Gives a real node thousands of changed CACAO playbooks, executes some, and looks whether it lives and says of each why it is refused. */
export const cacaoMutantsRun = async ({
  count,
  seed,
  files,
  say,
}: CacaoMutantsOptions): Promise<CacaoMutantsResult> => {
  const random = seededRandom(seed);
  const server = await startActionServer(random, { leastMs: 0, moreMs: 5 }, { answerOf: answerTo });
  const port = Number(new URL(server.url).port);
  const cluster = new RespondCluster({
    ...{ nodes: 1, files, playbooks: { "orders.mjs": orders } },
    respond: {
      egress: [`127.0.0.1:${port}`],
      child: { stallMs: 5_000, deadlineMs: 20_000, actionTimeoutMs: 4_000, maxOldSpaceMb: 64 },
      pool: { spare: 1, max: 4, warmThreads: 1 },
    },
  });
  try {
    const [node] = cluster.nodes;
    if (node === undefined) throw new Error("a cluster has a node");
    const world = new MutantsWorld(cluster, node, await node.client(), server.url);
    const mutants = cacaoMutants(random, port);
    for (let from = 0; from < count; from += filesAtOnce) {
      const load = Array.from({ length: Math.min(filesAtOnce, count - from) }, () => mutants.next().value);
      await world.take(from, load);
      if (world.isGone) break;
      if (from % (filesAtOnce * 10) === 0) say(`${from + load.length} playbooks: memory ${world.memory.most} MB`);
    }
    return world.result();
  } finally {
    await cluster.end();
    await server.close();
  }
};

class MutantsWorld {
  readonly #cluster: RespondCluster;
  readonly #node: RespondNodeProcess;
  readonly #client: GarrisonClient;
  readonly #url: string;
  readonly #pid: number;
  readonly #violations: string[] = [];
  readonly #runs: Record<string, number> = {};
  readonly #commands: Record<string, number> = {};
  readonly #begunMb: number;
  #mostMb: number;
  #loaded = 0;
  #refused = 0;
  #slowestMs = 0;

  constructor(cluster: RespondCluster, node: RespondNodeProcess, client: GarrisonClient, url: string) {
    this.#cluster = cluster;
    this.#node = node;
    this.#client = client;
    this.#url = url;
    this.#pid = node.pid;
    this.#begunMb = memoryMb(node.pid);
    this.#mostMb = this.#begunMb;
  }

  get memory(): { readonly begun: number; readonly most: number } {
    return { begun: this.#begunMb, most: this.#mostMb };
  }

  get isGone(): boolean {
    return this.#node.pid !== this.#pid || !this.#node.isReady;
  }

  result(): CacaoMutantsResult {
    const { begun, most } = this.memory;
    if (most - begun > mostGrownMb) this.#violations.push(`memory grew from ${begun} to ${most} MB`);
    return {
      ...{ loaded: this.#loaded, refused: this.#refused, runs: this.#runs, commands: this.#commands },
      ...{ memoryMb: this.memory, slowestMs: this.#slowestMs, violations: this.#violations.slice(0, shown) },
    };
  }

  /** Writes the mutants into the folder of playbooks, looks what the node says of them, and executes some. */
  async take(from: number, load: readonly CacaoMutant[]): Promise<void> {
    const folder = join(this.#cluster.folder, "playbooks");
    const nameOf = (at: number): string => `mutant-${from + at}`;
    for (const [at, { bytes }] of load.entries()) writeFileSync(join(folder, `${nameOf(at)}.json`), bytes);
    // Taken with them: it says that they were looked at.
    const mark = `mark-${from}`;
    writeFileSync(join(folder, `${mark}.mjs`), `${orders}\n// ${mark}\n`);
    try {
      const listing = await this.#listingWith(mark);
      const loaded = new Set(listing.playbooks.map(({ id }) => id));
      for (const [at, mutant] of load.entries()) this.#judge(nameOf(at), mutant, loaded.has(nameOf(at)), listing);
      const runnable = load.flatMap(({ mayRun }, at) => (mayRun && loaded.has(nameOf(at)) ? [nameOf(at)] : []));
      await Promise.all(runnable.slice(0, runsOfALoad).map((name) => this.#execute(name)));
      const refused = [...load.keys()].map(nameOf).filter((name) => !loaded.has(name));
      for (const name of [runnable.slice(-commandsOfALoad), refused.slice(-commandsOfALoad)].flat()) {
        await this.#command(name, loaded.has(name));
      }
      await this.#answers(mark);
    } catch (error) {
      this.#violations.push(`playbooks from ${from}: ${String(error)}; ${this.#node.stderr.slice(-300)}`);
    }
    if (this.isGone) this.#violations.push(`after playbooks from ${from} the node is gone`);
    else this.#mostMb = Math.max(this.#mostMb, memoryMb(this.#pid));
    for (const name of readdirSync(folder)) if (/^(?:mutant|mark)-/.test(name)) rmSync(join(folder, name));
  }

  async #listingWith(mark: string): Promise<PlaybookListing> {
    const isThere = async (): Promise<boolean> => {
      await pause(lookEveryMs);
      try {
        return (await this.#client.runs.playbook(mark)).playbook.id === mark;
      } catch (error) {
        if (error instanceof ClientError && error.code === "not-found") return false;
        throw error;
      }
    };
    await until(isThere, () => ({ mark, stderr: this.#node.stderr.slice(-300) }), loadMs);
    return this.#client.runs.playbooks();
  }

  /** A file is loaded or has a reason, at a key, and in a workflow with the step that the file has. */
  #judge(name: string, { steps }: CacaoMutant, isLoaded: boolean, { problems }: PlaybookListing): void {
    const own = problems.filter(({ file }) => file.endsWith(`/${name}.json`));
    if (isLoaded) this.#loaded += 1;
    else this.#refused += 1;
    if (!isLoaded && own.length === 0) this.#violations.push(`${name} is neither loaded nor refused`);
    for (const { at, message } of own) {
      const isInStep = /^workflow[.[]/.test(at);
      const namesStep = steps.some((step) => at.startsWith(`workflow.${step}`) || at.startsWith('workflow["'));
      // What is no playbook as a whole has no key to name.
      const namesKey = at !== "" || /^is (?:not JSON|no CACAO playbook): /.test(message);
      if (!namesKey || message === "" || (isInStep && !namesStep)) {
        this.#violations.push(`${name} is refused for too little: ${JSON.stringify({ at, message })}`);
      }
    }
  }

  /** Whatever it does, it ends, or waits for somebody or a time and ends when it is cancelled. */
  async #execute(name: string): Promise<void> {
    const { id } = await this.#client.runs.start(name, { id: name, source: "mutants", kind: "mutant", data: {} });
    const run = await this.#until(id, (one) => isOver(one) || one.state === "waiting");
    const came = run.state === "failed" ? `failed: ${run.failure?.reason ?? ""}` : run.state;
    this.#runs[came] = (this.#runs[came] ?? 0) + 1;
    if (isOver(run)) return;
    await this.#client.runs.cancel(id);
    await this.#until(id, isOver);
  }

  async #until(id: string, condition: (run: Run) => boolean): Promise<Run> {
    let run = await this.#client.runs.get(id);
    await until(
      async () => {
        await pause(lookEveryMs);
        return condition((run = await this.#client.runs.get(id)));
      },
      () => run,
      endMs,
    );
    return run;
  }

  /** `playbook run`, which takes what was loaded and says of the rest that it is not there. */
  async #command(name: string, isLoaded: boolean): Promise<void> {
    const event = '{"id":"by-command","kind":"mutant","data":{}}';
    const { code, stdout, stderr } = await runCommand(["playbook", "run", name, "--event", event], {
      environment: { GARRISON_NODE: await this.#node.address(), XDG_STATE_HOME: this.#cluster.folder },
    });
    const outcome = `${isLoaded ? "loaded" : "refused"}: ${code}`;
    this.#commands[outcome] = (this.#commands[outcome] ?? 0) + 1;
    if ((code === 0) !== isLoaded) this.#violations.push(`playbook run ${name} ended with ${code}: ${stderr}`);
    if (code === 0) await this.#client.runs.cancel(stdout.trim());
  }

  /** The node executes an unchanged playbook, as if nothing were. */
  async #answers(playbook: string): Promise<void> {
    const begunMs = performance.now();
    const event = { id: playbook, source: "mutants", kind: "order", data: { url: this.#url, stages: 1 } };
    const { id } = await this.#client.runs.start(playbook, event);
    const { state } = await this.#until(id, isOver);
    if (state !== "done") this.#violations.push(`an unchanged playbook is ${state}`);
    this.#slowestMs = Math.max(this.#slowestMs, Math.round(performance.now() - begunMs));
  }
}
