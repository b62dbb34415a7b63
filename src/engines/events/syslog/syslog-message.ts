/** By the id of an element, its parameters in their order; a name may come more than once. */
export type StructuredData = ReadonlyMap<string, readonly (readonly [name: string, value: string])[]>;

/** One message of syslog, its parts as far as it has them. */
export interface SyslogMessage {
  /** `bare`: it follows neither standard; all of it is `text`. */
  readonly format: "rfc5424" | "rfc3164" | "bare";
  /** 0 to 23. */
  readonly facility: number;
  /** 0 (emergency) to 7 (debug). */
  readonly severity: number;
  /** As it stands there. */
  readonly timestamp?: string;
  /** Milliseconds since 1970; absent where the timestamp has no zone, as RFC 3164's never has. */
  readonly occurredAtMs?: number;
  readonly hostname?: string;
  readonly appName?: string;
  readonly procId?: string;
  readonly msgId?: string;
  readonly structuredData?: StructuredData;
  readonly text: string;
}
