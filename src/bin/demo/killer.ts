import type { Clock } from "../../base/clock.ts";
import type { Random } from "../../base/random.ts";
import type { ActorSystem } from "../../kernel/index.ts";

const shortestPauseMs = 200;
const longestPauseMs = 800;

/** Crashes probes, one after the other, until it is stopped. Which ones, and how long between, comes from the seed. */
export const startKiller = (
  system: ActorSystem,
  probes: number,
  random: Random,
  clock: Clock,
  onKill: (probe: number) => void,
): (() => void) => {
  const next = () =>
    clock.after(shortestPauseMs + random.below(longestPauseMs - shortestPauseMs), () => {
      const probe = random.below(probes);
      onKill(probe);
      system.kill(`/scan/probes/probe-${probe}`, "killed by the demo");
      timer = next();
    });
  let timer = next();
  return () => timer.cancel();
};
