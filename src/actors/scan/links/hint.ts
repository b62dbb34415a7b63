/**
 * What the scan actors of one node tell those of another. All of it may come late, twice or never: the store is the truth, and whoever
 * gets a hint looks there sooner than it would have by itself.
 */
export type ScanHint =
  /** Claims of this scan, on it or on its subtasks, may be over: it was cancelled or paused. */
  | { readonly type: "check"; readonly taskId: string }
  /** Subtasks of this scan wait. It is led on `node`, which wants to know of their ends. */
  | { readonly type: "work"; readonly taskId: string; readonly node: string }
  /** A subtask of this scan has ended on another node. */
  | { readonly type: "subtask-ended"; readonly taskId: string };
