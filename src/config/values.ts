import { z } from "zod";

/** Schemas of single values, whose errors say what to write instead. */

export const whole = (least: number, most: number): z.ZodNumber => {
  const error = `use a whole number from ${least} to ${most}`;
  return z.number({ error }).int({ error }).min(least, { error }).max(most, { error });
};

export const text = (most: number): z.ZodString => {
  const error = `use a text of 1 to ${most} characters`;
  return z.string({ error }).min(1, { error }).max(most, { error });
};

/** Text that a reader accepts; it answers with a string when it does not. */
export const read = (reader: (written: string) => unknown): z.ZodString =>
  text(4_096).check((context) => {
    const outcome = reader(context.value);
    if (typeof outcome === "string") context.issues.push({ code: "custom", message: outcome, input: context.value });
  });

export const name = text(63).regex(/^[a-z0-9][a-z0-9.-]*$/, {
  error: "use lower-case letters, digits, dots and hyphens, a letter or digit first",
});

export const flag = z.boolean({ error: "use true or false" });

/** Of what may be contacted. */
export const scopeEntries = z
  .array(text(300), { error: "use a list of scope entries" })
  .max(10_000, { error: "use at most 10000 entries" })
  .readonly();

/** The path of a file in an entry of a list. */
export const file = z
  .string({ error: "use the path of a file, at most 4096 characters" })
  .min(1, { error: "use the path of a file, at most 4096 characters" })
  .max(4_096, { error: "use the path of a file, at most 4096 characters" });

/** @param key of the entry in which it stands, for who writes another */
export const playbookId = (key: string) => {
  const error = `${key}: use ids of playbooks, which are names of files without their endings`;
  return z
    .string({ error })
    .max(63, { error })
    .regex(/^[a-z0-9][a-z0-9._-]*$/, { error });
};
