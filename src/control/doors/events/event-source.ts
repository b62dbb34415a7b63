import type { Clock } from "../../../base/clock.ts";
import { kindShape, sourceShape } from "../../../engines/events/index.ts";
import { ControlError } from "../../errors.ts";
import { eventGate, type SourceGate } from "../intake/event-gate.ts";

/** A device that may report events over HTTP. */
export interface EventSource {
  /** What its events have as their source. */
  readonly name: string;
  /** What it signs its requests with: at least 16 characters. */
  readonly secret: string;
  /** Of its events that do not say it themselves. */
  readonly kind?: string | undefined;
}

export interface KnownSource extends EventSource {
  readonly gate: SourceGate;
}

const leastSecretChars = 16;

/**
 * The sources by name, each with a rate of its own.
 *
 * @param perSecond events of one source; undefined: no bound
 * @throws ControlError `invalid` for a name or kind that no event may have, or a name that comes twice, `token-unsafe` for a short secret
 */
export const knownSources = (
  sources: readonly EventSource[],
  perSecond: number | undefined,
  clock: Clock,
): ReadonlyMap<string, KnownSource> => {
  const known = new Map<string, KnownSource>();
  for (const source of sources) {
    const at = `respond.http.sources: ${JSON.stringify(source.name)}`;
    if (!sourceShape.test(source.name)) throw new ControlError("invalid", `${at} is no name: use a-z 0-9 . -`);
    if (known.has(source.name)) throw new ControlError("invalid", `${at} stands there twice`);
    if (source.kind !== undefined && !kindShape.test(source.kind)) {
      throw new ControlError("invalid", `${at}: kind has to be of a-z 0-9 . -`);
    }
    if (source.secret.length < leastSecretChars) {
      throw new ControlError("token-unsafe", `${at}: its secret has to have ${leastSecretChars} characters or more`);
    }
    known.set(source.name, { ...source, gate: eventGate(perSecond, clock) });
  }
  return known;
};
