import { z } from "zod";
import { printable } from "../../base/printable.ts";
import { defaultSharedFolder } from "../../shared-memory/index.ts";
import { GuardError } from "./errors.ts";

const ms = z.number().int().min(1).max(10_000);

const shape = z.strictObject({
  folder: z.string().min(1).max(1_024).optional(),
  failMode: z.enum(["open", "closed"]).default("open"),
  foldMs: ms.default(10),
  foldAccesses: z.number().int().min(1).max(1_000_000).default(1_024),
  pollMs: ms.default(10),
  segmentBytes: z.number().int().min(65_536).max(268_435_456).default(1_048_576),
  maxSegments: z.number().int().min(2).max(4_096).default(16),
});

export interface GuardOptions {
  /** Shared by all processes of the host and its proxy; by default `/dev/shm/garrison-guard-<user id>`. */
  readonly folder?: string;
  /** What becomes of accesses while no table was ever received: let through (`open`, the default) or denied. */
  readonly failMode?: "open" | "closed";
  /** Accesses are written to the shared memory after this time at the latest (default 10) … */
  readonly foldMs?: number;
  /** … or when there are so many (default 1,024). So many accesses a process that is killed loses at most. */
  readonly foldAccesses?: number;
  /** How often the shared table is looked at (default 10). */
  readonly pollMs?: number;
  /** Size of one file of the queue (default 1 MiB). */
  readonly segmentBytes?: number;
  /** With so many files that no proxy has read, accesses of this process are dropped and counted (default 16). */
  readonly maxSegments?: number;
}

export type GuardSettings = Required<GuardOptions>;

/** @throws GuardError `invalid-option` with the place of each problem */
export const guardSettings = (options: GuardOptions): GuardSettings => {
  const parsed = shape.safeParse(options);
  if (parsed.success) {
    return { ...parsed.data, folder: parsed.data.folder ?? defaultSharedFolder(process.getuid?.() ?? 0) };
  }
  const problems = parsed.error.issues
    .slice(0, 5)
    .map(({ path, message }) => printable([...path.map(String), message].join(": "), 200));
  throw new GuardError("invalid-option", `options of the guard: ${problems.join("; ")}`);
};
