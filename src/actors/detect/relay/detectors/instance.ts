import type { Address } from "../../../../kernel/index.ts";
import { mostPerRequest, type OfferedKind } from "../../centre-port.ts";
import type { DetectorDescription } from "../../../../engines/malware/index.ts";
import type { Heartbeat } from "../desk-calls.ts";
import type { DetectorView } from "./detectors-protocol.ts";
import type { StandInMessage } from "./stand-in-protocol.ts";

/** A detector that lives: what its last heartbeat said (RELAY-3). */
export interface DetectorInstance {
  readonly heartbeat: Heartbeat;
  readonly standIn: Address<StandInMessage>;
  readonly heardAtMs: number;
}

/** The same detector in the same life, of the same kind. */
export const isSame = ({ heartbeat }: DetectorInstance, next: Heartbeat): boolean =>
  heartbeat.incarnation === next.incarnation && heartbeat.description.kind === next.description.kind;

export const viewDetector = ({ heartbeat, heardAtMs }: DetectorInstance, nowMs: number): DetectorView => {
  const { detector, incarnation, description, capacity, load, pid } = heartbeat;
  return { detector, incarnation, description, capacity, load, pid, silentMs: nowMs - heardAtMs };
};

/**
 * What a host offers: its live detectors by kind and version, which may be unknown yet, and the kinds that it could start. No more than one
 * announcement may hold.
 * @param failing why kinds cannot be started
 */
export const offeredKinds = (
  instances: Iterable<DetectorInstance>,
  startable: Iterable<DetectorDescription>,
  failing: ReadonlyMap<string, string>,
): readonly OfferedKind[] => {
  const offers = new Map<string, OfferedKind>();
  for (const { heartbeat } of instances) {
    const { description } = heartbeat;
    const key = JSON.stringify([description.kind, description.engineVersion, description.signatureVersion]);
    const detectors = (offers.get(key)?.detectors ?? 0) + 1;
    offers.set(key, { ...description, detectors });
  }
  const here = new Set([...offers.values()].map(({ kind }) => kind));
  const others = [...startable]
    .filter(({ kind }) => !here.has(kind))
    .map((description) => {
      const problem = failing.get(description.kind) ?? description.problem;
      return { ...description, detectors: 0, ...(problem === undefined ? {} : { problem }) };
    });
  return [...offers.values(), ...others].slice(0, mostPerRequest.kinds);
};
