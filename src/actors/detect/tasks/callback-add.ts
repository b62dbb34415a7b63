import { createHash } from "node:crypto";
import { z } from "zod";
import type { Json } from "../../../base/json.ts";
import type { Change } from "../../../store/index.ts";
import { callbackQueue } from "../work.ts";

const callback = z.strictObject({ taskId: z.string(), sha256: z.string(), url: z.string() });

/** One verdict that is to be sent. */
export type CallbackWork = z.infer<typeof callback>;

/** Parses what the store holds. Throws a ZodError that names the field. */
export const parseCallback = (body: Json): CallbackWork => callback.parse(body);

/** Lets a verdict be sent: once for each task and address, however often it is asked for. */
export const callbackAdd = (sha256: string, taskId: string, url: string): Change => {
  const id = `${taskId}/${createHash("sha256").update(url).digest("hex").slice(0, 16)}`;
  const body: CallbackWork = { taskId, sha256, url };
  return { type: "add", queue: callbackQueue, item: { id, body } };
};
