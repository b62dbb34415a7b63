// Not through the index: a digest is read before a client is needed.
import { parseDigest, type FileDigest } from "../../../wire/detect/detection-messages.ts";
import { UsageError } from "../../process/usage-error.ts";

/** What a person has written as a digest. @throws UsageError for what is none */
export const digestOf = (text: string): FileDigest => {
  const digest = parseDigest(text);
  if (digest !== undefined) return digest;
  throw new UsageError(`${text} is no digest: use an MD5, a SHA-1 or a SHA-256 in hexadecimal`);
};
