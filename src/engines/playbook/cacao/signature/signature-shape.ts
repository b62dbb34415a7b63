import { z } from "zod";

const chars = 256;
const keyChars = 16 * 1024;
const time = z.iso.datetime();

/** A signature as the standard has it (section 10.15): what of it decides. What it has besides is signed with it, and not looked at. */
const shape = z.looseObject({
  type: z.literal("jss"),
  id: z.string().max(chars),
  signee: z.string().max(chars),
  related_to: z.string().max(chars),
  related_version: time,
  hash_algorithm: z.string().max(chars),
  algorithm: z.string().max(chars),
  value: z.string().max(keyChars),
  revoked: z.boolean().optional(),
  valid_from: time.optional(),
  valid_until: time.optional(),
  public_key: z.string().max(keyChars).optional(),
  public_cert_chain: z.array(z.string().max(keyChars)).min(1).max(10).optional(),
  cert_url: z.string().max(keyChars).optional(),
  thumbprint: z.string().max(chars).optional(),
});

export type Signature = z.infer<typeof shape>;

/** A signature; or, in words for a person, what it is not. */
export const parseSignature = (raw: unknown): Signature | string => {
  const parsed = shape.safeParse(raw);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const place = issue === undefined || issue.path.length === 0 ? "the signature" : issue.path.join(".");
  return `${place} is not as the standard has it: ${issue?.message ?? "unknown"}`;
};
