/**
 * The test file of EICAR, which every scanner is to find and which does nothing. Put together here, so that no file of the repository, nor of
 * a build, is one that scanners stop.
 */
export const eicar = (): Buffer => Buffer.from(pieces.join(""), "latin1");

const pieces = ["X5O!P%@AP[4\\PZX54(P^)", "7CC)7}$EICAR-STANDARD-", "ANTIVIRUS-TEST-FILE!$H+H*"];
