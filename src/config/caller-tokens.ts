import { z } from "zod";

/** As names in client certificates. */
const nameShape = /^[A-Za-z0-9][A-Za-z0-9._@-]{0,62}$/;
/** The name of who holds the operator token. */
const taken = "operator";
const most = 64;

const use = "use {name: …, role: …, file: …}";
const nameError = "name: use 1 to 63 of A-Z a-z 0-9 . _ @ -, a letter or digit first";
const fileError = "file: use the path of a file, at most 4096 characters";

const entry = z
  .strictObject(
    {
      name: z
        .string({ error: nameError })
        .regex(nameShape, { error: nameError })
        .refine((name) => name !== taken, { error: "name: operator is the caller of control.tokenFile" }),
      role: z.enum(["reporter", "viewer", "operator", "admin"], {
        error: "role: use reporter, viewer, operator or admin",
      }),
      file: z.string({ error: fileError }).min(1, { error: fileError }).max(4_096, { error: fileError }),
    },
    { error: use },
  )
  .readonly();

/** Callers of the control plane, each with a role and a file that holds its token. */
export const callerTokens = z
  .array(entry, { error: "use a list of callers, each {name: …, role: …, file: …}" })
  .max(most, { error: `use at most ${most} callers` })
  .check(({ value, issues }) => {
    for (const [at, { name, file }] of value.entries()) {
      const before = value.slice(0, at);
      const refuse = (message: string): void => void issues.push({ code: "custom", message, input: value, path: [at] });
      if (before.some((other) => other.name === name)) refuse(`name: ${name} is there twice`);
      else if (before.some((other) => other.file === file)) refuse("file: another caller has the same");
    }
  })
  .readonly();
