import { parseArgs } from "node:util";
import { systemClock } from "../../../src/base/clock.ts";
import { built } from "../../support/built.ts";
import { frozen, ownership, parseDefect, parseStores, takeover, type ClusterFlags } from "../cluster/commands.ts";
import { cancel } from "../cancel/commands.ts";
import { detectBroken } from "../detect/broken.ts";
import { detectKill, type DetectFlags } from "../detect/commands.ts";
import { frames } from "../frames/commands.ts";
import { guardBroken } from "../guard/broken.ts";
import { guardService, guardWriters, type GuardFlags } from "../guard/commands.ts";
import { brokenLinks } from "../links/broken-links.ts";
import { links, type LinksFlags } from "../links/commands.ts";
import {
  respondCancel,
  respondFlood,
  respondIsolation,
  respondKill,
  respondMutants,
  respondOrphans,
} from "../respond/commands.ts";
import { respondCacaoKill, respondCacaoMutants, respondCacaoResume } from "../respond/cacao/commands.ts";
import { respondBroken } from "../respond/broken.ts";
import { slow } from "../slow/commands.ts";
import { storm } from "../storm/commands.ts";
import { brokenWholeRun } from "../whole/broken.ts";
import { whole } from "../whole/commands.ts";
import { floodRun } from "./flood-run.ts";
import { killUnderLoad } from "./kill-run.ts";
import { poisonRun } from "./poison-run.ts";
import { rateRun } from "./rate-run.ts";

/**
 * The long runs on real nodes, with real kills. `npm run chaos -- NAME`. Without a name all systems at once:
 *
 *   --minutes 10 --seed 1       three nodes, their links, their Redis and single actors are killed, frozen and cut
 *   --only guard,loop           with these loads only: scan, respond, detect, guard, loop
 *   --broken NAME               in a copy of the sources with a defect, which the ledger of one system has to find; --minutes 1
 *
 * Of scans:
 *
 *   kill --minutes 1 --seed 1   random nodes are killed every 5 s, probes at every third subtask
 *        --store redis          on a redis-server of its own; with --restart-store it is killed and restarted every 20 s
 *   poison --scans 2            a template whose match kills its process
 *   flood --scans 10000         scans of one request each, by file and by 16 clients
 *   rate --seconds 60           one target with a limit over three nodes, one of them killed
 *
 * Of what nodes own:
 *
 *   ownership --minutes 10 --seed 1   five nodes and their redis-server, killed and frozen at random
 *   frozen                            one of two nodes is frozen for three lease TTLs
 *             --store lmdb            without a server that could fail
 *             --broken fence          owners that write without their fence: the run has to find stale writes
 *             --broken deadline       owners that act after their deadline: the run has to find that
 *             --ttl-ms 3000           of the nodes' leases
 *   takeover --rounds 10              the node of the singleton and others are killed: how long until a new owner writes; on both stores,
 *                                     or on the one of --store; with five nodes and with two
 *
 * Of what passes between nodes, over proxies that cut, delay, throttle and reset; nodes with mutual TLS on Redis:
 *
 *   links --minutes 10 --seed 1       actors of four nodes tell, ask, watch and stop each other
 *         --broken duplicates         links that deliver twice: the run has to find that
 *         --broken resend             links that lose what a broken connection had not delivered: the run has to find that
 *   storm --minutes 10 --seed 1       scans on five nodes, with faults of every kind
 *   cancel --scans 20                 cancelled scans: how long until the last request on any node
 *          --cut                      while the links are cut
 *   frames --frames 100000            random, truncated, nested, replayed ones, in the name of a member
 *   slow --seconds 10                 one node tells another as much as goes: undisturbed, stopped, and behind a slow network
 *
 * Of answers to events, on real nodes with a process for each run; the test's own server counts what their actions did:
 *
 *   respond-kill --runs 200 --kills 50  nodes and processes of runs are killed, a person answers half of the questions; --store redis
 *   respond-orphans --rounds 5          nodes with 20 runs are killed: how long until no process of them is there
 *   respond-isolation --rounds 3        runs beside three that crash, loop and eat memory, and without them
 *   respond-flood --events 10000        events from 16 clients, one a call and in batches, while playbooks run
 *   respond-cancel --runs 40            how long until the last request and the last process of a run
 *   respond-mutants --count 10000       events, bindings and playbooks that are broken in every way
 *   respond-cacao-resume                a CACAO playbook of fifty effects, killed at the start and at the end of each
 *                        --runs 20      at so many of these only
 *   respond-cacao-kill --runs 100 --kills 25   random CACAO playbooks come to the same while nodes are killed; --store redis
 *   respond-cacao-mutants --count 10000 changed CACAO playbooks in the folder of a node
 *   respond-broken --broken NAME        one of these runs in a copy of the sources with a defect, which it has to find
 *
 * Of verdicts about files, with detectors as processes on two hosts:
 *
 *   detect-kill --tasks 2000 --kills 30 detectors, relays, centres and whole nodes are killed; --store redis
 *               --minutes 30            it ends by then, with 1 if it was not done
 *   detect-broken --broken NAME         the same in a copy of the sources with a defect, which it has to find
 *
 * Of front ends that write accesses into memory they share:
 *
 *   guard-writers --kills 1000 --stops 100 --seed 1   of four writers two are frozen and one is killed over and over; --stop-ms 5000
 *   guard-service --kills 20 --seed 1                 four hosts report to two nodes, of which the one with most shards is killed over and over
 *   guard-broken --broken NAME                        one of them in a copy of the sources with a defect, which it has to find
 *
 * Says on standard error how far it is. Prints what it saw as one JSON line, and a ledger after it. Exits with 1 if a promise was broken.
 */
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    minutes: { type: "string" },
    seconds: { type: "string", default: "60" },
    seed: { type: "string", default: "1" },
    scans: { type: "string" },
    rounds: { type: "string" },
    "ttl-ms": { type: "string", default: "3000" },
    store: { type: "string" },
    "restart-store": { type: "boolean", default: false },
    broken: { type: "string" },
    frames: { type: "string", default: "100000" },
    cut: { type: "boolean", default: false },
    runs: { type: "string" },
    tasks: { type: "string" },
    kills: { type: "string" },
    stops: { type: "string" },
    "stop-ms": { type: "string", default: "5000" },
    events: { type: "string" },
    clients: { type: "string", default: "16" },
    count: { type: "string" },
    compiled: { type: "boolean", default: false },
    only: { type: "string" },
  },
});
const minutes = Number(values.minutes ?? 1);
const seconds = Number(values.seconds);
const restartStoreEveryMs = 20_000;
const print = (line: string): void => void process.stdout.write(`${line}\n`);
const say = (result: unknown): void => print(JSON.stringify(result));
const begunMs = systemClock.monotonicMs();
const progress = (line: string): void => {
  const seconds = ((systemClock.monotonicMs() - begunMs) / 1_000).toFixed(1);
  process.stderr.write(`${seconds.padStart(6)} s  ${line}\n`);
};

const kill = async (): Promise<boolean> => {
  const runSeconds = minutes * 60;
  const { ledger, ...result } = await killUnderLoad({
    seconds: runSeconds,
    seed: Number(values.seed),
    killEveryMs: 5_000,
    store: parseStores(values.store ?? "lmdb")[0] ?? "lmdb",
    restartStoreEveryMs: values["restart-store"] ? restartStoreEveryMs : undefined,
  });
  say(result);
  process.stdout.write(`ledger ${JSON.stringify(ledger)}\n`);
  const unequal = result.different.length + result.incomplete.length;
  const broken = ledger.lost + ledger.doneTwice + unequal + result.deadLetters;
  const restarts = values["restart-store"] ? Math.floor((runSeconds * 1_000) / restartStoreEveryMs) : 0;
  // No node is killed while the store is away.
  const kills = Math.floor(runSeconds / 5) - 1 - restarts;
  const hard = result.nodesKilled >= kills && result.probesKilled >= runSeconds / 3 && result.storesKilled >= restarts;
  return broken === 0 && hard;
};

const poison = async (): Promise<boolean> => {
  const result = await poisonRun(3, Number(values.scans ?? 2));
  say(result);
  const named = result.deadLetters.every((letter) => letter.includes("poison"));
  return result.missing.length === 0 && named && result.deadLetters.length === result.scans.length;
};

const flood = async (): Promise<boolean> => {
  // It submits by the command line too.
  await built();
  const limit = 20;
  const count = Number(values.scans ?? 10_000);
  const result = await floodRun({ scans: count, clients: 16, limit });
  say(result);
  const { scans, complete, requests, mostInProcess, outOfOrder, grownMb } = result;
  const all = scans === complete && scans === requests && scans === count;
  return all && mostInProcess <= limit && outOfOrder === 0 && grownMb.every((mb) => mb < 150) && result.seconds < 600;
};

const rate = async (): Promise<boolean> => {
  const result = await rateRun({ seconds, perSecond: 50, killAfterMs: (seconds * 1_000) / 3 });
  say(result);
  if (result.mostInASecond > 50) process.stdout.write("violated I13: more requests in a second than the limit\n");
  return result.mostInASecond <= 50 && result.average >= 42;
};

const ofCluster = (run: (flags: ClusterFlags) => Promise<boolean>): (() => Promise<boolean>) => {
  return () =>
    run({
      seconds: minutes * 60,
      rounds: Number(values.rounds ?? 10),
      seed: Number(values.seed),
      leaseMs: Number(values["ttl-ms"]),
      stores: parseStores(values.store),
      defect: parseDefect(values.broken),
      say: progress,
      print,
    });
};

const ofLinks = (run: (flags: LinksFlags) => Promise<boolean>): (() => Promise<boolean>) => {
  return () =>
    run({
      seconds: minutes * 60,
      seed: Number(values.seed),
      leaseMs: Number(values["ttl-ms"]),
      say: progress,
      print,
    });
};

const cancelled = (): Promise<boolean> =>
  cancel({
    scans: Number(values.scans ?? 20),
    seed: Number(values.seed),
    leaseMs: Number(values["ttl-ms"]),
    cut: values.cut,
    say: progress,
    print,
  });

const spoiled = (): Promise<boolean> =>
  frames({
    frames: Number(values.frames),
    seed: Number(values.seed),
    leaseMs: Number(values["ttl-ms"]),
    say: progress,
    print,
  });

const wanted = (value: string | undefined): number | undefined => (value === undefined ? undefined : Number(value));

const ofGuard = (run: (flags: GuardFlags) => Promise<boolean>): (() => Promise<boolean>) => {
  return () =>
    run({
      kills: wanted(values.kills),
      stops: wanted(values.stops),
      stopMs: Number(values["stop-ms"]),
      seed: Number(values.seed),
      say: progress,
      print,
    });
};

const ofRespond = (run: (flags: DetectFlags) => Promise<boolean>): (() => Promise<boolean>) => {
  return () =>
    run({
      tasks: wanted(values.tasks),
      minutes: wanted(values.minutes),
      runs: wanted(values.runs),
      kills: wanted(values.kills),
      rounds: wanted(values.rounds),
      events: wanted(values.events),
      clients: Number(values.clients),
      count: wanted(values.count),
      seed: Number(values.seed),
      store: values.store,
      compiled: values.compiled,
      say: progress,
      print,
    });
};

const runs: Readonly<Record<string, () => Promise<boolean>>> = {
  whole: ofLinks((flags) => {
    const all = { ...flags, only: values.only };
    return values.broken === undefined ? whole(all) : brokenWholeRun(values.broken, all);
  }),
  ...{ kill, poison, flood, rate },
  frames: spoiled,
  ...{
    links: ofLinks((flags) => (values.broken === undefined ? links(flags) : brokenLinks(values.broken, flags))),
    storm: ofLinks(storm),
    cancel: cancelled,
    slow: () => slow({ seconds, say: progress, print }),
  },
  ...{
    "respond-kill": ofRespond(respondKill),
    "respond-orphans": ofRespond(respondOrphans),
    "respond-isolation": ofRespond(respondIsolation),
    "respond-flood": ofRespond(respondFlood),
    "respond-cancel": ofRespond(respondCancel),
    "respond-mutants": ofRespond(respondMutants),
    "respond-cacao-kill": ofRespond(respondCacaoKill),
    "respond-cacao-mutants": ofRespond(respondCacaoMutants),
    "respond-cacao-resume": ofRespond(respondCacaoResume),
    "respond-broken": ofRespond((flags) => respondBroken(values.broken, flags)),
  },
  ...{
    "detect-kill": ofRespond(detectKill),
    "detect-broken": ofRespond((flags) => detectBroken(values.broken, flags)),
  },
  ...{
    "guard-writers": ofGuard(guardWriters),
    "guard-service": ofGuard(guardService),
    "guard-broken": ofGuard((flags) => guardBroken(values.broken, flags)),
  },
  ...{ ownership: ofCluster(ownership), frozen: ofCluster(frozen), takeover: ofCluster(takeover) },
};
const run = runs[positionals[0] ?? "whole"];
if (run === undefined) throw new Error(`say what to do: ${Object.keys(runs).join(", ")}`);
process.exitCode = (await run()) ? 0 : 1;
