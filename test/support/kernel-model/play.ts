import type { History } from "../history.ts";
import type { DispatcherKind } from "../kernel.ts";
import { modelProps } from "./actor.ts";
import type { Schedule } from "./schedule.ts";
import { rootBudget, World } from "./world.ts";

/** Plays a schedule on actors that are drawn from its seed. */
export const play = async (
  kind: DispatcherKind,
  { seed, steps }: Schedule,
): Promise<{ world: World; history: History }> => {
  const world = new World(kind, seed);
  for (const name of ["a", "b", "c", "d"]) {
    world.spawned(world.kernel.system.spawn(modelProps(world), name), undefined, rootBudget);
  }
  return { world, history: await world.play(steps) };
};
