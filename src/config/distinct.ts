import { z } from "zod";

/**
 * A list of entries of which no two agree in a key.
 * @param use how an entry is written, for who wrote it otherwise
 */
export const distinct = <Entry extends object>(
  entry: z.ZodType<Entry>,
  key: keyof Entry & string,
  most: number,
  use: string,
) =>
  z
    .array(entry, { error: `use a list, each ${use}` })
    .max(most, { error: `use at most ${most} entries` })
    .check(({ value, issues }) => {
      for (const [at, one] of value.entries()) {
        if (!value.slice(0, at).some((other) => other[key] === one[key])) continue;
        issues.push({ code: "custom", message: `${key}: it is there twice`, input: value, path: [at] });
      }
    })
    .readonly();
