import { createHash } from "node:crypto";
import { z } from "zod";
import type { Json } from "../../../base/json.ts";
import { detectorClasses, taskTypes } from "../../../engines/malware/index.ts";
import { kindShape } from "../work.ts";
import { problemShape, versionShape } from "./answer-shape.ts";

const offered = {
  class: z.enum(detectorClasses),
  taskTypes: z.array(z.enum(taskTypes)).min(1).max(taskTypes.length).readonly(),
  engineVersion: versionShape,
  signatureVersion: versionShape,
};

export const relayOffer = z.strictObject({
  ...offered,
  kind: z.string().regex(kindShape),
  detectors: z.number().int().min(0).max(10_000),
  problem: problemShape.exactOptional(),
});

const relay = z.strictObject({ incarnation: z.string(), kinds: z.array(relayOffer).max(64).readonly() });

/** What the relay of one host offers. Gone when it has not said so for a while. */
export type RelayRecord = z.infer<typeof relay>;

const kind = z.strictObject({
  ...offered,
  /** Hash of the current version. */
  version: z.string(),
  /** Some live host offers it. */
  live: z.boolean(),
  /** Not live, but some live host has it configured: its engine has yet to answer, or cannot scan. It is required, and missed. */
  awaited: z.boolean(),
  /** Since when, wall time. */
  liveSinceMs: z.number(),
  /** The epoch that began when its version, or whether it is offered, changed last. */
  sinceEpoch: z.number(),
});

const offers = z.strictObject({
  /** Grows with each change of any kind or of the policy. */
  epoch: z.number(),
  /** Hash of rule and requirements with which verdicts are looked through for old ones. */
  policy: z.string(),
  kinds: z.record(z.string(), kind),
});

/** The kinds of detectors that hosts offer or offered last, each with its current version. */
export type Offers = z.infer<typeof offers>;
export type CurrentKind = z.infer<typeof kind>;

/** Before the first announcement. */
export const noOffers: Offers = { epoch: 0, policy: "", kinds: {} };

/** Parse what the store holds. They throw a ZodError that names the field. */
export const parseRelay = (value: Json): RelayRecord => relay.parse(value);
export const parseOffers = (value: Json): Offers => offers.parse(value);

/** Names the version of a kind: of its code and of its signatures. */
export const versionHash = (made: { readonly engineVersion: string; readonly signatureVersion: string }): string =>
  createHash("sha256").update(`${made.engineVersion}\0${made.signatureVersion}`).digest("hex").slice(0, 16);
