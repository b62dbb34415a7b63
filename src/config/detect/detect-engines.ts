import { z } from "zod";
import { parseClamdAddress, parseSandboxUrl, paths } from "./detect-values.ts";
import { flag, read, text, whole } from "../values.ts";

/** What the detectors that come with Garrison scan with. */

/** Lists of digests: a SHA-256, SHA-1 or MD5 a line, with a name if wanted. Absolute once loaded. */
export const digestSchema = z.object({
  /** What is on them is white; by MD5 or SHA-1 only: suspected-white. */
  allow: paths,
  /** What is on them is black; it wins over `allow`. */
  deny: paths,
  /** The folder in which lists are built, so that millions of lines are read once only. Absolute once loaded. */
  folder: text(4_096),
});

export const yaraSchema = z.object({
  /** Files with rules, and folders of them. Absolute once loaded. */
  rules: paths,
  /** Also the few rules that come with Garrison. */
  shipped: flag,
});

export const sigmaSchema = z.object({
  /** Files with rules for log data, and folders of them. Absolute once loaded. */
  rules: paths,
});

/** How far archives are unpacked. Beyond it the answer is an error, never clean. */
export const archiveSchema = z.object({
  /** Archives in archives. */
  maxDepth: whole(1, 64),
  /** Of all archives of one object together. */
  maxMembers: whole(1, 1_000_000),
  /** Unpacked, of all members together. */
  maxBytes: whole(65_536, 2 ** 40),
  /** Unpacked bytes for each packed one. */
  maxRatio: whole(2, 1_000_000),
});

export const clamavSchema = z.object({
  /** `unix:PATH` or a loopback HOST:PORT where clamd answers. Absent: there is no ClamAV. The path is absolute once loaded. */
  address: read(parseClamdAddress).optional(),
  /** A scan that takes longer has failed. */
  timeoutMs: whole(100, 1_800_000),
  /** `StreamMaxLength` of clamd: nothing larger is sent to it, and the answer is an error. */
  streamMaxBytes: whole(1_024, 2 ** 32 - 1),
  /** The smaller one of clamd's `MaxFileSize` and `MaxScanSize`, for a clamd that does not report when it has left something out. */
  maxFileBytes: whole(1_024, 2 ** 32 - 1),
  /** clamd's `DatabaseDirectory`, where it has signatures beside the daily ones; absent: a change of them is not seen. Absolute once loaded. */
  signatureFolder: text(4_096).optional(),
});

export const sandboxSchema = z.object({
  /** Where a sandbox answers the REST calls of CAPE. Absent: there is none. Every sample that needs it is sent there. */
  url: read(parseSandboxUrl).optional(),
  /** Holds the token for it, mode 0600. Absolute once loaded. */
  tokenFile: text(4_096).optional(),
  /** From the submission to the report. */
  timeoutMs: whole(1_000, 86_400_000),
});
