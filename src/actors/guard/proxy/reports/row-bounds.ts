import { maxSubjectBytes, type AccessRow } from "../../../../shared-memory/index.ts";

const mostRule = 65_535;
/** Of the wire. */
const mostCount = 2 ** 32 - 1;
/** Numbers of a row in their longest form, and what tells its fields apart. */
const rowOverheadBytes = 40;

const textBytes = (text: string | undefined): number => (text === undefined ? 0 : Buffer.byteLength(text));

/** Bytes of a row in a report, at most. Undefined for one that no front end makes: the service would refuse its part for ever. */
export const rowBytes = ({ rule, subject, value, passed, intercepted }: AccessRow): number | undefined => {
  if (rule < 1 || rule > mostRule) return undefined;
  if (passed > mostCount || intercepted > mostCount || passed + intercepted === 0) return undefined;
  const [ofSubject, ofValue] = [textBytes(subject), textBytes(value)];
  return ofSubject > maxSubjectBytes || ofValue > maxSubjectBytes ? undefined : rowOverheadBytes + ofSubject + ofValue;
};
