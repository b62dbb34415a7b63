import { systemClock } from "../../base/clock.ts";
import { systemRandom } from "../../base/random.ts";
import { Guard } from "./guard.ts";
import { guardSettings, type GuardOptions } from "./options.ts";

/**
 * Makes the guard of this process. All processes of a host that share a folder share one queue and one table.
 *
 * @throws GuardError `invalid-option`
 * @throws SharedMemoryError when the shared folder is not for us alone or cannot be made
 */
export const createGuard = (options: GuardOptions = {}): Guard =>
  new Guard(guardSettings(options), { clock: systemClock, random: systemRandom });
