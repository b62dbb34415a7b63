import type { NodeEnvironment } from "./demo-node.ts";
import type { RedisProcess } from "./redis-process.ts";

/** The store of one run. */
export interface DemoStore {
  /** What the nodes find it with. */
  readonly environment: NodeEnvironment;
  /** For a store that may be killed: its process, and how often that shall happen. */
  readonly restarts?: { readonly server: RedisProcess; readonly times: number };
  /** Ends and removes what belongs to the demo, and nothing else. The nodes have ended. */
  close(): Promise<void>;
}
