import { z } from "zod";
import type { Json } from "../../../base/json.ts";
import type { FlowCall } from "./protocol.ts";

const maxNames = 1_000;
const maxNameChars = 1_000;
const maxLogChars = 4_096;
/** Of lists and objects in each other: values are walked by recursion. */
const maxDepth = 100;

const name = z.string().max(maxNameChars);
const schema: z.ZodType<FlowCall> = z.discriminatedUnion("type", [
  z.object({ type: z.literal("run"), protocol: name, ids: z.array(name).max(maxNames) }),
  z.object({ type: z.literal("get"), name }),
  z.object({ type: z.literal("names") }),
  z.object({ type: z.literal("set"), name, value: z.custom<Json>((value) => !isDeep(value as Json, maxDepth)) }),
  z.object({ type: z.literal("log"), text: z.string().transform((text) => text.slice(0, maxLogChars)) }),
]);

/**
 * Reads what a script asks for. The functions that it is given write nothing else, but the script may have changed what
 * they are made of. Undefined when it is no call.
 */
export const readCall = (text: string): FlowCall | undefined => {
  try {
    return schema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
};

const isDeep = (value: Json, left: number): boolean => {
  if (typeof value !== "object" || value === null) return false;
  return left === 0 || Object.values(value as Readonly<Record<string, Json>>).some((each) => isDeep(each, left - 1));
};
