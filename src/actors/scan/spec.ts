import { isDeepStrictEqual } from "node:util";
import { z } from "zod";
import type { Json } from "../../base/json.ts";
import { ScanActorError } from "./errors.ts";

/** How the requests of one scan are made. What is absent is as the node has it. */
export type ScanOptions = {
  /** Sent with every request, over what templates say. */
  readonly headers: readonly { readonly name: string; readonly value: string }[];
  /** Values of template variables. */
  readonly variables: Readonly<Record<string, string>>;
  /** For one request with its redirects. */
  readonly timeoutMs?: number;
  /** Tries after a first one without an answer. */
  readonly retries?: number;
  /** An http or https proxy. */
  readonly proxy?: string;
  /** Requests per second to the target, over all nodes; the node's own limit holds beside it. */
  readonly rateLimit?: number;
  /** Hosts that this scan does not contact, as entries of a scope. */
  readonly excludeHosts: readonly string[];
};

/** What is scanned, and how. */
export type ScanSpec = {
  /** An absolute http or https URL. */
  readonly target: string;
  /** SHA-256 of the templates, hex. */
  readonly bundle: string;
  readonly options: ScanOptions;
};

export const noOptions: ScanOptions = { headers: [], variables: {}, excludeHosts: [] };

/** 0 … 255, lower first. */
export const defaultPriority = 100;

/** JSON of the options: every subtask carries them. */
const mostOptionsBytes = 16 * 1024;

const options = z
  .strictObject({
    headers: z.array(z.strictObject({ name: z.string().min(1).max(256), value: z.string().max(8_192) })).max(100),
    variables: z.record(z.string().min(1).max(256), z.string().max(8_192)),
    timeoutMs: z.number().int().min(1).max(3_600_000).exactOptional(),
    retries: z.number().int().min(0).max(100).exactOptional(),
    proxy: z.string().min(1).max(2_048).exactOptional(),
    rateLimit: z.number().positive().max(1_000_000).exactOptional(),
    excludeHosts: z.array(z.string().min(1).max(500)).max(1_000),
  })
  .refine((value) => Buffer.byteLength(JSON.stringify(value)) <= mostOptionsBytes, {
    error: `headers, variables and excluded hosts take more than ${mostOptionsBytes} bytes together`,
  });

export const bundleHashShape = /^[0-9a-f]{64}$/;

/** Shapes of stored specs; `parse` throws a ZodError that names the field. */
export const scanSpec = z.strictObject({
  target: z.string().min(1).max(2_048),
  bundle: z.string().regex(bundleHashShape),
  options,
});
export const priorityShape = z.number().int().min(0).max(255);

/** Checks what someone wants to be scanned. @throws ScanActorError `invalid`, with every problem */
export const checkSpec = (spec: ScanSpec, priority: number): void => {
  const checked = z.strictObject({ spec: scanSpec, priority: priorityShape }).safeParse({ spec, priority });
  if (checked.success) return;
  const problems = checked.error.issues.map(({ path, message }) => `${path.join(".")}: ${message}`);
  throw new ScanActorError("invalid", problems.slice(0, 10).join("; "));
};

/** The same work, in the same way. */
export const sameSpec = (one: ScanSpec, other: Json): boolean =>
  isDeepStrictEqual(JSON.parse(JSON.stringify(one)), other);
