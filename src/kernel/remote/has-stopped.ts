import type { Address } from "../address.ts";
import { watchableOf } from "./watchable-of.ts";

/** Whether an actor has stopped for good, as far as this node knows. @throws TypeError for what the kernel did not make */
export const hasStopped = (address: Address<never>): boolean => watchableOf(address).gone;
