/** What the collaborator lets others take from it. */
export interface CollaboratorLimits {
  /** Open at once, at each port. */
  readonly connections: number;
  readonly sessions: number;
  /** Of one session between two polls; the oldest make room, and are counted. */
  readonly interactions: number;
  /** UTF-16 units of them together. */
  readonly interactionChars: number;
  /** Bytes of a request's body: of a call it is all that is taken, of an interaction all that is kept. */
  readonly bodyBytes: number;
  /** Interactions per second over all sessions, and how many may come at once after a pause. */
  readonly perSecond: number;
  readonly burst: number;
  /** A session without a poll for so long is dropped. */
  readonly idleMs: number;
}

export const defaultCollaboratorLimits: CollaboratorLimits = {
  connections: 256,
  sessions: 64,
  interactions: 1_000,
  interactionChars: 1_048_576,
  bodyBytes: 16_384,
  perSecond: 500,
  burst: 2_000,
  idleMs: 3_600_000,
};
