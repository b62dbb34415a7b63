/** What the door of a relay lets detectors take from it. */
export const relayDoorLimits = {
  /** Open at once: each detector has one. */
  connections: 256,
  callsPerConnection: 32,
  /** Objects that are fetched at once. */
  streams: 64,
  requestBytes: 1024 * 1024,
  answerBytes: 4 * 1024 * 1024,
  /** For calls under way when the relay ends. */
  graceMs: 500,
} as const;
