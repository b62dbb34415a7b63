import { z } from "zod";
import { enumOf, optionalText, text, uint32, uint64 } from "../bytes/fields.ts";
import { scanResult, scanResultFields } from "../scan/scan-result.ts";

/** The bytes of one message of a sample or an object. */
export const sampleChunkBytes = 64 * 1024;
/** Different detectors of one kind that a task may require. */
const maxOfKind = 32;

export const taskType = enumOf("TASK_TYPE", ["sample-file", "log-data", "code", "script"]);
export const detectorClass = enumOf("DETECTOR_CLASS", ["static", "dynamic", "combined"]);

export const sha256 = z.string("is missing").regex(/^[0-9a-f]{64}$/, "not a SHA-256 in lower-case hexadecimal");
export const kind = z.string("is missing").regex(/^[a-z0-9][a-z0-9-]{0,31}$/, "not a kind such as yara");
export const taskId = z.string("is missing").regex(/^t-[0-9a-f]{32}$/, "not the id of a task");
export const taskTypes = z.array(taskType.schema).min(1, "are missing").max(4).readonly();
export const nth = uint32(maxOfKind - 1);
/** Machine ids and ids that processes make of themselves. */
export const identity = z.string("is missing").regex(/^[A-Za-z0-9._-]{1,64}$/, "not an id");
export const detectorName = z.string("is missing").regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/, "not a name");
const version = z.string("is missing").regex(/^[\p{L}\p{N}\p{P}\p{S} ]{1,64}$/u, "not 1 … 64 printable characters");

/** What a detector says of itself; see `DetectorDescription` of the engines. */
export const detectorDescription = z.object({
  kind,
  class: detectorClass.schema,
  taskTypes,
  engineVersion: version,
  signatureVersion: version,
  problem: optionalText(200),
});

type Described = Pick<z.infer<typeof detectorDescription>, "class" | "taskTypes">;

/** Whatever has a class and task types, as its message has it. */
export const describedFields = (described: Described): object => ({
  ...described,
  class: detectorClass.toWire(described.class),
  taskTypes: described.taskTypes.map(taskType.toWire),
});

/** What one detector said of one object. */
export const detectorAnswer = z.object({
  kind,
  /** `-`, as the host then: nobody answered. */
  detector: identity,
  host: identity,
  engineVersion: text(64),
  signatureVersion: text(64),
  tookMs: uint64(),
  result: scanResult,
});

export const answerFields = (answer: z.infer<typeof detectorAnswer>): object => ({
  ...answer,
  tookMs: Math.round(answer.tookMs),
  result: scanResultFields(answer.result),
});
