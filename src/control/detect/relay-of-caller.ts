import { createHash } from "node:crypto";
import type { RelayIdentity } from "../../actors/detect/index.ts";
import type { Call } from "../calls/call.ts";

/**
 * A relay as the centre knows it: a life of the node that calls. So no node speaks for the relay of another one, whose certificate it has not;
 * and who reads the name of a life in a listing cannot tell what that relay calls itself.
 */
export const relayOfCaller = (
  { host, incarnation }: RelayIdentity,
  { caller }: Pick<Call, "caller">,
): RelayIdentity => ({
  host,
  incarnation: createHash("sha256").update(`${caller.name}/${incarnation}`).digest("hex").slice(0, 32),
});
