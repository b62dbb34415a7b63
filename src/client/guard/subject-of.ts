import { maxSubjectBytes } from "../../shared-memory/index.ts";

/** So many UTF-16 units always fit into `maxSubjectBytes`. */
const surelyFits = maxSubjectBytes / 4;
/** Half of a pair that stands for one character, which has no UTF-8. */
const loneSurrogate = /\p{Surrogate}/u;

const buffer = Buffer.alloc(maxSubjectBytes);

/**
 * A text as the service counts it and sends it back: what UTF-8 holds of it, as many whole characters as fit into `maxSubjectBytes`. Looked up
 * in any other spelling, nothing would be found: whoever may choose the text would never be intercepted.
 */
export const subjectOf = (text: string): string => {
  if (text.length <= surelyFits && !loneSurrogate.test(text)) return text;
  return buffer.toString("utf8", 0, buffer.write(text, "utf8"));
};
