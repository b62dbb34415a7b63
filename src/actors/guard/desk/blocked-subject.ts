import { addressSubject, InterceptError, networkText, parseNetwork } from "../../../engines/intercept/index.ts";
import { maxSubjectBytes } from "../../../shared-memory/index.ts";
import { InterceptionError } from "../errors.ts";

const fieldShape = /^[a-z][a-z0-9_-]{0,31}$/;

/**
 * A subject that somebody wrote, in the spelling in which front ends compare: of the field `ip` an address as what it is counted for, or a
 * network; all else as it is.
 *
 * @throws InterceptionError `invalid`
 */
export const blockedSubject = (field: string, subject: string, v6PrefixBits: number): string => {
  if (!fieldShape.test(field)) throw invalid(`field: ${JSON.stringify(field.slice(0, 50))} is no name of a field`);
  const bytes = Buffer.byteLength(subject);
  if (bytes < 1 || bytes > maxSubjectBytes) throw invalid(`subject: ${bytes} bytes: use 1 to ${maxSubjectBytes}`);
  if (field !== "ip") return subject;
  const address = addressSubject(subject, v6PrefixBits);
  if (address !== undefined) return address;
  try {
    const network = parseNetwork(subject);
    const text = networkText(network);
    // One IPv6 address without its length would be taken for the client whose network it lies in.
    return (addressSubject(text, v6PrefixBits) ?? text) === text ? text : `${text}/${network.prefixBits}`;
  } catch (error) {
    if (error instanceof InterceptError) throw invalid(`subject: ${error.message}`, error);
    throw error;
  }
};

const invalid = (problem: string, cause?: Error): InterceptionError =>
  new InterceptionError("invalid", problem, { cause });
