import type { ClaimRef, Space } from "../../../store/index.ts";
import type { RelayIdentity, TaskClaim } from "../centre-port.ts";
import { DetectError } from "../errors.ts";
import { executionId, kindQueue } from "../work.ts";

const readsAtOnce = 64;
const mostNamed = 3;

/** Who holds what a relay claims of a kind. One for each kind: an execution that has to be alone keeps the other kinds of the host from nothing. */
export const claimOwner = ({ host, incarnation }: RelayIdentity, kind: string): string =>
  `${host}/${incarnation}/${kind}`;

export const claimRef = ({ taskId, kind, nth, token }: TaskClaim): ClaimRef => ({
  queue: kindQueue(kind),
  id: executionId(taskId, nth),
  token,
});

/** Claims that a relay says are its own. */
export interface OwnClaims {
  /** It has them now, and as long as their tokens are the latest. */
  readonly held: ReadonlySet<TaskClaim>;
  /** Another relay has them. */
  readonly foreign: readonly TaskClaim[];
}

/**
 * Whose claims are. Tokens follow one another, so a token alone is easily that of another relay's claim, or of one that nobody has yet; but the
 * owner of a token never changes.
 */
export const ownClaims = async (
  space: Space,
  relay: RelayIdentity,
  claims: readonly TaskClaim[],
): Promise<OwnClaims> => {
  const held = new Set<TaskClaim>();
  const foreign: TaskClaim[] = [];
  const sort = async (claim: TaskClaim): Promise<void> => {
    const { queue, id } = claimRef(claim);
    const item = await space.queue.get(queue, id);
    if (item?.token !== claim.token) return;
    if (item.owner === claimOwner(relay, claim.kind)) held.add(claim);
    else foreign.push(claim);
  };
  for (let at = 0; at < claims.length; at += readsAtOnce) {
    await Promise.all(claims.slice(at, at + readsAtOnce).map(sort));
  }
  return { held, foreign };
};

/** @param claims at least one */
export const foreignClaims = (claims: readonly TaskClaim[]): DetectError => {
  const names = claims.slice(0, mostNamed).map(({ taskId, kind, nth }) => `${taskId}/${kind}/${nth}`);
  const more = claims.length > mostNamed ? ` and ${claims.length - mostNamed} more` : "";
  return new DetectError("invalid", `claims of another relay: ${names.join(", ")}${more}`);
};
