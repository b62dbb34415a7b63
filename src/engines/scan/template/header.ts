import { validateHeaderName, validateHeaderValue } from "node:http";

/** Headers that frame the message or the connection: the client writes them, or the next request would be misread. */
const framingHeaders = new Set([
  "content-length",
  "transfer-encoding",
  "connection",
  "keep-alive",
  "upgrade",
  "expect",
]);

/** Why a header cannot be sent as it is, or undefined. */
export const headerProblem = (
  name: string,
  value: string,
): { readonly kind: "refused" | "invalid"; readonly message: string } | undefined => {
  if (framingHeaders.has(name.toLowerCase())) {
    return { kind: "refused", message: "is written by the client; other values need unsafe requests" };
  }
  try {
    validateHeaderName(name);
    validateHeaderValue(name, value);
    return undefined;
  } catch (thrown) {
    return { kind: "invalid", message: thrown instanceof Error ? thrown.message : String(thrown) };
  }
};
