import { seededRandom, systemRandom } from "../../../base/random.ts";
import type { Clock } from "../../../base/clock.ts";
import { eventBatches, type GarrisonClient, type ReportedEvent } from "../../../client/index.ts";
import { Retrying } from "../../calls/retrying.ts";
import type { Victim } from "../demo-node.ts";
import { Disturbances, type Disturbance } from "../disturbances.ts";
import type { Ledger } from "../ledger.ts";
import { ConsoleServer } from "./console-server.ts";
import { floodOf } from "./flood.ts";
import { followAnswers } from "./follow-answers.ts";
import { incidents } from "./incident.ts";
import { answersTable, faultsOf } from "./judge-answers.ts";
import { settleOrders } from "./settle-orders.ts";

export interface RespondDemoOptions {
  /** Of a node that is not killed. */
  readonly client: GarrisonClient;
  readonly victim: Victim;
  /** Decides the order of the events. */
  readonly seed: number;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly say: (line: string) => void;
}

export interface RespondDemoRun {
  /** What became of the events, for people. */
  readonly table: string;
  readonly ledger: Ledger;
  /** What went wrong, beside what the ledger counts. */
  readonly faults: readonly string[];
}

const consoleDelayMs = 60;
/** The node that restarts may be the one that has to decide. */
const longestSilenceMs = 30_000;

/** Reports 500 events to a cluster with the playbooks of the demo, of which three are bad, and follows them to their ends. */
export const runRespondDemo = async (options: RespondDemoOptions): Promise<RespondDemoRun> => {
  const console = await ConsoleServer.start(options.clock, consoleDelayMs);
  try {
    return await answered(options, console);
  } finally {
    await console.stop();
  }
};

const answered = async (
  { client, victim, seed, clock, signal, say }: RespondDemoOptions,
  console: ConsoleServer,
): Promise<RespondDemoRun> => {
  const onSilence = ({ message }: Error): void => say(`${message}; trying again`);
  const retrying = new Retrying({ clock, random: systemRandom, longestSilenceMs, onSilence });
  const source = `demo-${Math.round(clock.wallMs())}`;
  const reported = floodOf(source, console.url, seededRandom(seed));
  const acknowledged = await report(client, retrying, reported, signal);
  const planned = incidents.reduce((sum, { orders }) => sum + orders.length, 0);
  const kill: Disturbance = {
    what: `${victim.name} is killed`,
    after: Math.floor(planned / 3),
    strike: () => victim.node.kill(),
    mend: async () => {
      await victim.node.start();
    },
  };
  const disturbances = new Disturbances({ planned: [kill], unit: "orders", clock, say });
  const answers = await followAnswers(source, { client, retrying, console, disturbances, clock, signal });
  const known = new Set(answers.events.map(({ key }) => key));
  const killedAtMs = disturbances.struckAtMs(kill);
  const unanswered = acknowledged.filter((key) => !known.has(key)).length;
  const table = answersTable(reported, answers);
  const missed = disturbances.missed.map(({ what }) => `the events were answered too early: not done: ${what}`);
  for (const id of answers.unsure) {
    say(`run ${id} asked whether a step had its effect, and was answered by what the console had seen`);
  }
  say(`${answers.decided.size} runs of a CACAO playbook left a decision to a person, who answered`);
  return {
    table,
    ledger: settleOrders(incidents, console.seen, { unanswered, killedAtMs }),
    faults: [...missed, ...faultsOf(incidents, answers)],
  };
};

/** Reports all events; resolves with the keys that were acknowledged. */
const report = async (
  { events }: GarrisonClient,
  retrying: Retrying,
  flood: readonly ReportedEvent[],
  signal: AbortSignal,
): Promise<readonly string[]> => {
  const keys: string[] = [];
  for await (const batch of eventBatches(flood)) {
    const receipts = await retrying.call(() => events.report(batch), signal);
    keys.push(...receipts.map(({ key }) => key));
  }
  return keys;
};
