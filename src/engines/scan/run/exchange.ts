import type { Part } from "../operators/part.ts";
import type { ProtocolName } from "../template/protocol-name.ts";
import type { Scope } from "../value/scope.ts";
import type { Value } from "../value/value.ts";

/** What operators see of one response, under nuclei's names. One is shared by all templates that judge the response. */
export interface ResponseData {
  /** Text as a byte string. Undefined when this response has none of that name. */
  value(name: string): Value | undefined;
  /** The same as a part; also under the aliases of the protocol (`all`, `header`, an empty name for the default). */
  part(name: string): Part | undefined;
}

/** Where a finding is, for the keys of its JSON line. */
export interface ExchangePlace {
  readonly type: ProtocolName;
  /** With the port unless it is the scheme's default. */
  readonly host: string;
  readonly port?: string;
  readonly scheme?: string;
  readonly url?: string;
  readonly path?: string;
  readonly matchedAt: string;
  readonly ip?: string | undefined;
}

/** One request and what came back, ready to be judged. */
export interface Exchange {
  readonly data: ResponseData;
  /** The values that the request was made from. */
  readonly scope: Scope;
  readonly place: ExchangePlace;
  /** The request and the response as byte strings, for evidence: at most `maxBytes` of them. */
  request(maxBytes: number): string;
  response(maxBytes: number): string;
  readonly curl?: ((maxChars: number) => string) | undefined;
  /** Values of the payloads that the request was made with. */
  readonly payloads: Readonly<Record<string, Value>>;
  /** What tells this place of the template from its others in every scan: no time, no random, no address. */
  readonly identity: readonly (string | number)[];
  /** Of the response, where it may be large: it is kept as long as interactions are waited for. */
  readonly responseBytes?: number;
  /** Out-of-band URLs that the request carried. */
  readonly oobUrls: readonly string[];
}

/** One of the pieces of a response that are judged one by one. */
export interface Piece {
  readonly data: ResponseData;
  /** Counted from 1. */
  readonly line: number;
}

/** What the operators of a block said. */
export interface Judgement {
  /** Whether the matchers matched; what `stop-at-first-match` goes by. */
  readonly matched: boolean;
  /** Results that were recorded. */
  readonly hits: number;
  /** Values of internal extractors by name. */
  readonly internal: ReadonlyMap<string, readonly string[]>;
}
