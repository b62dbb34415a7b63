import type { z } from "zod";
import type { Json } from "../../../base/json.ts";
import { CommandFailure } from "../cacao/commands/failure.ts";

const mostProblems = 5;

/** @throws CommandFailure that names what is wrong where */
export const parseInput = <Input>(schema: z.ZodType<Input>, input: Json): Input => {
  const parsed = schema.safeParse(input);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map(({ path, message }) => `${path.join(".")}: ${message}`);
  throw new CommandFailure("threw", `the input of the command: ${problems.slice(0, mostProblems).join("; ")}`);
};
