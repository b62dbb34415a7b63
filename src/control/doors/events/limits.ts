/** What the HTTP door for events lets others take from it. */
export const eventsDoorLimits = {
  /** Open at once, of those that have not shown who they are. */
  connections: 256,
  headBytes: 16_384,
  /** The body of one request. */
  bodyBytes: 4 * 1024 * 1024,
  /** The bodies that are being read and stored, together. */
  allBodyBytes: 64 * 1024 * 1024,
  /** How far a source's clock may be from this node's, and so for how long a request may be sent again. */
  clockSkewMs: 300_000,
  /** For answers under way when the node ends. */
  graceMs: 3_000,
} as const;
