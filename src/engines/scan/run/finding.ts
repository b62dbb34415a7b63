import { createHash } from "node:crypto";
import type { Hit } from "../operators/evaluate.ts";
import type { HttpEvidence } from "../http/evidence.ts";
import type { HttpRequest } from "../http/plan.ts";
import { curlCommand } from "../http/request-text.ts";
import type { HttpResponse } from "../http/response.ts";
import type { WireUrl } from "../http/target.ts";
import type { Template, TemplateInfo } from "../template/template.ts";

/** A result, with the keys of nuclei's JSON lines and a fingerprint. Plain JSON. */
export interface Finding {
  readonly "template-id": string;
  readonly "template-path": string;
  readonly info: TemplateInfo;
  readonly "matcher-name"?: string;
  readonly "extractor-name"?: string;
  readonly type: "http";
  /** With the port unless it is the scheme's default. */
  readonly host: string;
  readonly port: string;
  readonly scheme: string;
  /** The target. */
  readonly url: string;
  readonly path: string;
  /** The URL whose response matched. */
  readonly "matched-at": string;
  readonly "extracted-results"?: readonly string[];
  readonly request: string;
  readonly response: string;
  readonly ip?: string;
  /** ISO 8601, UTC. */
  readonly timestamp: string;
  readonly "curl-command": string;
  readonly "matcher-status": true;
  /** The same for the same weakness at the same place in every scan: 64 hexadecimal digits. */
  readonly fingerprint: string;
}

export interface FindingSetup {
  readonly template: Template;
  readonly target: WireUrl;
  readonly request: HttpRequest;
  readonly response: HttpResponse;
  /** How many redirects led to the response. */
  readonly redirects: number;
  readonly evidence: HttpEvidence;
  readonly hit: Hit;
  /** Characters of the request and of the response that are kept. */
  readonly evidenceChars: number;
  readonly wallMs: number;
}

export const createFinding = (setup: FindingSetup): Finding => {
  const { template, target, request, response, evidence, hit, evidenceChars } = setup;
  const targetPath = target.path.split("?", 1)[0] ?? "/";
  return {
    "template-id": template.id,
    "template-path": template.file,
    info: template.info,
    ...(hit.matcherName === undefined ? {} : { "matcher-name": hit.matcherName }),
    ...(hit.extractorName === undefined ? {} : { "extractor-name": hit.extractorName }),
    type: "http",
    host: target.host,
    port: String(target.port),
    scheme: target.scheme,
    url: target.href,
    path: targetPath,
    "matched-at": response.url.href,
    ...(hit.extracted.length === 0 ? {} : { "extracted-results": hit.extracted }),
    request: evidence.part("request")?.beginning(evidenceChars) ?? "",
    response: evidence.part("response")?.beginning(evidenceChars) ?? "",
    ...(response.ip === undefined ? {} : { ip: response.ip }),
    timestamp: new Date(setup.wallMs).toISOString(),
    "curl-command": curlCommand(request).slice(0, evidenceChars),
    "matcher-status": true,
    fingerprint: fingerprint(template.id, hit, request, setup.redirects),
  };
};

/**
 * What makes two findings the same: neither the time, nor the address, nor what the page said around it, nor where a
 * redirect led, which may hold a session.
 */
const fingerprint = (templateId: string, hit: Hit, { method, url }: HttpRequest, redirects: number): string => {
  const { scheme, hostname, port, path } = url;
  return createHash("sha256")
    .update(
      JSON.stringify([
        templateId,
        hit.matcherName ?? "",
        hit.extractorName ?? "",
        method,
        scheme,
        `${hostname}:${port}`,
        path,
        redirects,
      ]),
    )
    .digest("hex");
};
