import type { SecurityEvent } from "../../../src/engines/events/index.ts";
import type { Binding, Catalog, Choice, PlaybookVersion } from "../../../src/engines/playbook/index.ts";
import { playbookVersionOf } from "../../../src/engines/playbook/playbook.ts";
import type { World } from "../world.ts";

/** One step of a simulated playbook. */
export interface PlannedStep {
  readonly name: string;
  readonly by: "thread" | "person" | "timer";
  readonly idempotent: boolean;
  /** How long a step by timer takes; of others 0. */
  readonly forMs: number;
}

/** What a simulated playbook does: chains of steps, side by side. A step is started when the one before it in its chain was heard of. */
export interface PlannedPlaybook {
  readonly chains: readonly (readonly PlannedStep[])[];
  /** Its process is killed from outside, always, before it does anything. */
  readonly doomed: boolean;
  /** One of its actions never ends. */
  readonly hangs: boolean;
}

/** What there is to answer and how, decided from the seed before it begins. */
export interface ResponsePlan {
  readonly catalog: Catalog;
  readonly playbooks: ReadonlyMap<string, PlannedPlaybook>;
  readonly events: readonly SecurityEvent[];
}

const playbookIds = ["block", "isolate", "notify"] as const;
/** The variable that a person gives a value for. */
export const givenName = "__given__";
const mostChains = 3;
const mostStepsOfChain = 2;
const doomedChance = 0.06;
const hangsChance = 0.15;
const personChance = 0.12;
const timerChance = 0.12;
const shortestTimerMs = 300;
const longestTimerMs = 6_000;
const fewestEvents = 5;
const furtherEvents = 5;
const kinds = ["virus-intrusion", "virus-intrusion", "network-attack", "network-attack", "mining", "weather"] as const;
const hosts = 2;

const dedupWindowMs = 2_500;
const rate = { events: 2, perMs: 4_000 } as const;

const binding = (id: string, run: readonly string[], limits: Partial<Pick<Binding, "dedup" | "rate">>): Binding => ({
  ...{ id, title: undefined, run, priority: 100, dedup: undefined, rate: undefined, variables: {} },
  ...limits,
});

/** Each is for the events of the kind that is its id. There is none for `weather`. */
const bindings: readonly Binding[] = [
  binding("mining", ["block", "notify"], {}),
  binding("network-attack", ["block", "isolate"], { rate }),
  binding("virus-intrusion", ["isolate"], { dedup: { by: ["host"], windowMs: dedupWindowMs } }),
];

export const planOf = (world: World): ResponsePlan => {
  const { random } = world;
  const doomed = world.chance(doomedChance) ? playbookIds[random.below(playbookIds.length)] : undefined;
  const playbooks = new Map(playbookIds.map((id) => [id, plannedPlaybook(world, id === doomed)]));
  const events = Array.from({ length: fewestEvents + random.below(furtherEvents + 1) }, (_, index) => ({
    ...{ id: `e${index}`, source: "sensor", kind: kinds[random.below(kinds.length)] ?? "weather" },
    data: { host: `h${random.below(hosts)}` },
  }));
  return { catalog: catalogOf(), playbooks, events };
};

const plannedPlaybook = (world: World, doomed: boolean): PlannedPlaybook => {
  const { random } = world;
  const step = (): PlannedStep => {
    const roll = random.next();
    if (roll < personChance) return { name: "ask", by: "person", idempotent: true, forMs: 0 };
    if (roll < personChance + timerChance) {
      return { name: "rest", by: "timer", idempotent: true, forMs: shortestTimerMs + random.below(longestTimerMs) };
    }
    return world.chance(0.5)
      ? { name: "look", by: "thread", idempotent: true, forMs: 0 }
      : { name: "act", by: "thread", idempotent: false, forMs: 0 };
  };
  const chains = Array.from({ length: 1 + random.below(mostChains) }, () =>
    Array.from({ length: 1 + random.below(mostStepsOfChain) }, step),
  );
  return { chains, doomed, hangs: world.chance(hangsChance) };
};

const playbookOf = (id: string): PlaybookVersion => {
  const code = `{"name":"${id}"}`;
  return { id, version: playbookVersionOf("cacao", code), kind: "cacao", code };
};

const catalogOf = (): Catalog => {
  const playbooks = new Map(playbookIds.map((id) => [id as string, playbookOf(id)]));
  return {
    ...{ version: "c".repeat(64), playbooks, bindings, problems: [] },
    choose: ({ kind, data }) =>
      bindings
        .filter(({ id }) => id === kind)
        .flatMap((chosen) =>
          chosen.run.flatMap((id): Choice[] => {
            const playbook = playbooks.get(id);
            const dedupKey = chosen.dedup === undefined ? undefined : JSON.stringify(data["host"]);
            return playbook === undefined
              ? []
              : [{ binding: chosen, playbook, because: chosen.id, dedupKey, variables: {} }];
          }),
        ),
  };
};
