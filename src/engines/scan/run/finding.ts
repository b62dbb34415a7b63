import { createHash } from "node:crypto";
import type { Json } from "../../../base/json.ts";
import type { Hit } from "../operators/evaluate.ts";
import type { PlacedHit } from "../operators/merge-evaluations.ts";
import type { TemplateHead, TemplateInfo } from "../template/template-head.ts";
import { printed } from "../value/printed.ts";
import { textOf, type Value } from "../value/value.ts";
import type { Exchange, ExchangePlace } from "./exchange.ts";

/** A result, with the keys of nuclei's JSON lines and a fingerprint. Plain JSON. */
export interface Finding {
  readonly "template-id": string;
  readonly "template-path": string;
  readonly info: TemplateInfo;
  readonly "matcher-name"?: string;
  readonly "extractor-name"?: string;
  readonly type: ExchangePlace["type"];
  /** With the port unless it is the scheme's default. */
  readonly host: string;
  readonly port?: string;
  readonly scheme?: string;
  /** The target. */
  readonly url?: string;
  readonly path?: string;
  /** Where the response came from that matched. */
  readonly "matched-at": string;
  readonly "extracted-results"?: readonly string[];
  /** Lines of a file, counted from 1. */
  readonly "matched-line"?: readonly number[];
  readonly request: string;
  readonly response: string;
  /** The payloads that the request was made with; in `matches` what matchers with `match-all` found. */
  readonly meta?: Readonly<Record<string, Json>>;
  readonly ip?: string;
  /** ISO 8601, UTC. */
  readonly timestamp: string;
  /** What contacted the out-of-band server, where that is what was found. */
  readonly interaction?: Readonly<Record<string, Json>>;
  readonly "curl-command"?: string;
  readonly "matcher-status": true;
  /** The same for the same weakness at the same place in every scan: 64 hexadecimal digits. */
  readonly fingerprint: string;
}

export interface FindingSetup {
  readonly template: TemplateHead;
  readonly exchange: Exchange;
  readonly hit: Hit | PlacedHit;
  readonly interaction: Readonly<Record<string, Json>> | undefined;
  /** Characters of the request and of the response that are kept. */
  readonly evidenceChars: number;
  readonly wallMs: number;
}

/** UTF-8 takes at most this many bytes for a UTF-16 code unit. */
const maxBytesPerChar = 3;

export const createFinding = (setup: FindingSetup): Finding => {
  const { template, exchange, hit, evidenceChars, interaction } = setup;
  const { matchedAt, type, ip, ...place } = exchange.place;
  const evidence = (bytes: string): string => textOf(bytes).slice(0, evidenceChars);
  const meta: readonly (readonly [string, Json])[] = [
    ...Object.entries(exchange.payloads).map(([name, value]) => [name, shown(value)] as const),
    ...(hit.matched === undefined ? [] : [["matches", hit.matched.map(shown)] as const]),
  ];
  const curl = exchange.curl?.(evidenceChars);
  return {
    "template-id": template.id,
    "template-path": template.file,
    info: template.info,
    ...(hit.matcherName === undefined ? {} : { "matcher-name": hit.matcherName }),
    ...(hit.extractorName === undefined ? {} : { "extractor-name": hit.extractorName }),
    type,
    ...place,
    ...(ip === undefined ? {} : { ip }),
    "matched-at": matchedAt,
    ...(hit.extracted.length === 0 ? {} : { "extracted-results": hit.extracted.map(textOf) }),
    ...("lines" in hit ? { "matched-line": hit.lines } : {}),
    request: evidence(exchange.request(evidenceChars * maxBytesPerChar)),
    response: evidence(exchange.response(evidenceChars * maxBytesPerChar)),
    ...(meta.length === 0 ? {} : { meta: Object.fromEntries(meta) }),
    timestamp: new Date(setup.wallMs).toISOString(),
    ...(interaction === undefined ? {} : { interaction }),
    ...(curl === undefined ? {} : { "curl-command": curl }),
    "matcher-status": true,
    fingerprint: fingerprint(template.id, hit, exchange.identity),
  };
};

const maxMetaChars = 1_024;

const shown = (value: Value): string => textOf(printed(value)).slice(0, maxMetaChars);

/**
 * What makes two findings the same: neither the time, nor the address, nor what the page said around it, nor where a
 * redirect led, which may hold a session.
 */
const fingerprint = (templateId: string, hit: Hit, identity: Exchange["identity"]): string =>
  createHash("sha256")
    .update(JSON.stringify([templateId, hit.matcherName ?? "", hit.extractorName ?? "", ...identity]))
    .digest("hex");
