/** What the syslog door lets others take from it. */
export interface SyslogLimits {
  /** Streams open at once, at each port. */
  readonly connections: number;
  /** One message. RFC 5424 wants 2,048 or more; an event made of it has to stay in its bound. */
  readonly messageBytes: number;
  /** For the rest of a message that began on a stream. */
  readonly messageMs: number;
  /** Messages that wait to be stored, and their bytes. */
  readonly pending: number;
  readonly pendingBytes: number;
  /** How long a message waits for others to be stored with. */
  readonly gatherMs: number;
  /** What the machine keeps of datagrams that were not read yet; it may allow less. */
  readonly receiveBufferBytes: number;
  /** For storing what waits when the node ends. */
  readonly graceMs: number;
}

export const defaultSyslogLimits: SyslogLimits = {
  connections: 256,
  messageBytes: 32_768,
  messageMs: 30_000,
  pending: 10_000,
  pendingBytes: 16 * 1024 * 1024,
  gatherMs: 50,
  receiveBufferBytes: 4 * 1024 * 1024,
  graceMs: 3_000,
};
