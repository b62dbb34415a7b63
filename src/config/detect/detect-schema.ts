import { z } from "zod";
import { archiveSchema, clamavSchema, digestSchema, sandboxSchema, sigmaSchema, yaraSchema } from "./detect-engines.ts";
import { ruleSchema } from "./detect-rule.ts";
import { anyKind, socketPath, taskTypeNames } from "./detect-values.ts";
import { distinct } from "../distinct.ts";
import { shippedKinds } from "../shipped-kinds.ts";
import { flag, scopeEntries, text, whole } from "../values.ts";

const years10 = 10 * 365 * 86_400_000;

const kindUse = `kind: use ${shippedKinds.join(", ")}; other detectors are started by whoever has them`;
const count = (most: number) => {
  const error = `count: use a whole number from 1 to ${most}`;
  return z.number({ error }).int({ error }).min(1, { error }).max(most, { error });
};

const hostUse = "use 1 to 64 letters, digits, dots, hyphens and underscores";
const detectorUse = "{kind: …, count: 1, start: lazy}";
const detector = z
  .strictObject(
    {
      kind: z.enum(shippedKinds, { error: kindUse }),
      /** Processes on each host. */
      count: count(64).exactOptional(),
      /** `lazy`: once there is work for it; `eager`: with the relay. */
      start: z.enum(["lazy", "eager"], { error: "start: use lazy or eager" }).exactOptional(),
    },
    { error: `use ${detectorUse}` },
  )
  .readonly();

const requireUse = "{taskType: …, kind: …, count: 1}";
const requirement = z
  .strictObject(
    {
      taskType: z.enum(taskTypeNames, { error: `taskType: use ${taskTypeNames.join(", ")}` }),
      kind: anyKind,
      /** How many different detectors of the kind. */
      count: count(32).exactOptional(),
    },
    { error: `use ${requireUse}` },
  )
  .readonly();

/** Verdicts about files and other objects. Times in milliseconds, sizes in bytes. */
export const detectSchema = z.object({
  /** How the answers of detectors become one verdict. */
  rule: ruleSchema,
  /** Which detectors have to look at objects of a type. For a type that is not named: one of each kind that some host offers. */
  require: z
    .array(requirement, { error: `use a list, each ${requireUse}` })
    .max(64, { error: "use at most 64 entries" })
    .check(({ value, issues }) => {
      for (const [at, { taskType, kind }] of value.entries()) {
        if (!value.slice(0, at).some((other) => other.taskType === taskType && other.kind === kind)) continue;
        issues.push({ code: "custom", message: "another entry is about the same", input: value, path: [at] });
      }
    })
    .readonly(),
  /** Do not ask detectors whose answer could not change the verdict any more: fewer scans, and a verdict that names fewer of them. */
  skipUseless: flag,
  /** After that the decision is made from the answers that are there. */
  deadlineMs: whole(100, 86_400_000),
  /** How long a kind that no live host offers is waited for. */
  missingGraceMs: whole(0, 86_400_000),
  /** How long a relay's claim holds without a sign of it. */
  leaseMs: whole(1_000, 600_000),
  /** How long decided tasks and the history of verdicts are kept. */
  retainMs: whole(60_000, years10),
  samples: z.object({
    /** The folder of the samples that this node keeps. Absolute once loaded. */
    path: text(4_096),
    /** Of all samples of this node: a new one that does not fit is refused. */
    maxBytes: whole(65_536, 2 ** 50),
    /** Of one sample: a larger one is refused. */
    maxSampleBytes: whole(1, 2 ** 36),
    /** How long a sample is kept that nobody asked for. */
    retainMs: whole(60_000, years10),
  }),
  callback: z.object({
    /** Where verdicts may be sent by HTTP: hosts, *.domains, addresses and networks, each with :port if wanted. Empty: nowhere. */
    egress: scopeEntries,
  }),
  /** Name of this host, of which one node is the relay; absent: made of its host name and its machine id. */
  host: z
    .string({ error: hostUse })
    .regex(/^[A-Za-z0-9._-]{1,64}$/, { error: hostUse })
    .optional(),
  /** The unix socket on which the relay of this host serves its detectors, mode 0600. Absolute once loaded. */
  socket: socketPath,
  /** The relay fetches once in so long what its detectors have asked for. */
  windowMs: whole(10, 60_000),
  /** How often a detector says that it lives. */
  heartbeatMs: whole(50, 60_000),
  /** A detector that said nothing for so long is gone. */
  heartbeatTimeoutMs: whole(200, 600_000),
  /** The folder of the objects that the relay has fetched. Absolute once loaded. */
  cachePath: text(4_096),
  /** An object is given up when it is older, though some detector has not looked at it. */
  objectTtlMs: whole(1_000, 86_400_000),
  /** Of all objects that the relay holds at once. */
  cacheBytes: whole(65_536, 2 ** 44),
  /** The detector processes that the relay of a host starts and ends. */
  detectors: distinct(detector, "kind", shippedKinds.length, detectorUse),
  /** A lazy detector process without a task ends after so long. */
  idleStopMs: whole(1_000, 86_400_000),
  /** Of one scan by a detector; the deadline of its task holds as well. */
  scanTimeoutMs: whole(100, 86_400_000),
  digest: digestSchema,
  yara: yaraSchema,
  sigma: sigmaSchema,
  archive: archiveSchema,
  clamav: clamavSchema,
  sandbox: sandboxSchema,
});
