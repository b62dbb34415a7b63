import { z } from "zod";
import type { Json } from "../../../base/json.ts";
import { answerShape } from "./answer-shape.ts";

const stored = z.strictObject({
  /** Which one of the executions of its kind. */
  nth: z.number(),
  /** Of the claim under which it was given. */
  token: z.number(),
  answer: answerShape,
});

/** What one execution of a task came to. Written with the end of its item. */
export type AnswerRecord = z.infer<typeof stored>;

/** Parses what the store holds. Throws a ZodError that names the field. */
export const parseAnswer = (value: Json): AnswerRecord => stored.parse(value);
