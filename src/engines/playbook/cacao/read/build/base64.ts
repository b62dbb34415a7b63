import type { Findings, Path } from "../findings.ts";

const base64Shape = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/** The bytes of base64 (RFC 4648, section 4), between whose digits there may be white space. What is none is told. */
export const bytesOf = (written: string, path: Path, findings: Findings): Buffer | undefined => {
  const digits = written.replaceAll(/\s+/g, "");
  if (base64Shape.test(digits)) return Buffer.from(digits, "base64");
  findings.add("base64", path, "is no base64: encode it as section 4 of RFC 4648 says, with = at the end");
  return undefined;
};

/** The UTF-8 text of base64. */
export const textOf = (written: string, path: Path, findings: Findings): string | undefined => {
  const bytes = bytesOf(written, path, findings);
  if (bytes === undefined) return undefined;
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    findings.add("base64", path, "holds bytes that are no UTF-8 text");
    return undefined;
  }
};
