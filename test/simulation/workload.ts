import type { World } from "./world.ts";

/** What the work of all nodes is like, decided from the seed before it begins. A piece of work is named by its template. */
export interface Workload {
  /** Templates of each subtask of each task. */
  readonly tasks: ReadonlyMap<string, readonly (readonly string[])[]>;
  readonly priorities: ReadonlyMap<string, number>;
  /** Kills the process of whoever does it, always. */
  readonly deadly: ReadonlySet<string>;
  /** Fails, always. */
  readonly hopeless: ReadonlySet<string>;
  /** How often an innocent subtask has failed already, by its first template. */
  readonly failed: Map<string, number>;
}

const mostTemplates = 3;
/** Few: a piece of work that kills whoever does it makes a seed three times as long, until it has been lost 20 times. */
const deadlyChance = 0.04;
const priorities = [50, 100, 100, 200];

/** @param mayKill whether some work may kill whoever does it */
export const workloadOf = (world: World, mayKill: boolean): Workload => {
  const { random } = world;
  const tasks = new Map<string, readonly (readonly string[])[]>();
  const priorityOf = new Map<string, number>();
  const count = 2 + random.below(3);
  for (let task = 0; task < count; task += 1) {
    const name = `task${task}`;
    tasks.set(
      name,
      Array.from({ length: 1 + random.below(6) }, (_, index) =>
        Array.from({ length: 1 + random.below(mostTemplates) }, (__, at) => `${name}-t${index}-${at}`),
      ),
    );
    priorityOf.set(name, priorities[random.below(priorities.length)] ?? 100);
  }
  const all = [...tasks.values()].flat(2);
  const any = (): string => all[random.below(all.length)] ?? "";
  const deadly = new Set(world.chance(deadlyChance) && mayKill ? [any()] : []);
  const hopeless = new Set(world.chance(0.4) ? [any()].filter((work) => !deadly.has(work)) : []);
  return { tasks, priorities: priorityOf, deadly, hopeless, failed: new Map() };
};

export const taskOf = (template: string): string => template.slice(0, template.indexOf("-"));
