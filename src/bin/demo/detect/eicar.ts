import { createHash } from "node:crypto";

const pieces = ["X5O!P%@AP[4\\PZX54(P^)", "7CC)7}$EICAR-STANDARD-", "ANTIVIRUS-TEST-FILE!$H+H*"];
/** With the text 116 bytes, of the 128 that the file may have. */
const saltBytes = 6;

/**
 * The test file of EICAR, which every scanner is to find and which does nothing. Put together here, so that no file of the repository, nor of
 * a build, is one that scanners stop.
 * @param salt makes it another file, by the blanks that may follow the text
 */
export const eicar = (salt: string): Buffer => {
  const hash = createHash("sha256").update(salt).digest().subarray(0, saltBytes);
  const bits = [...hash].map((byte) => byte.toString(2).padStart(8, "0")).join("");
  return Buffer.from(pieces.join("") + bits.replaceAll("0", " ").replaceAll("1", "\t"), "latin1");
};
