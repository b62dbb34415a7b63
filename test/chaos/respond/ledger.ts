/** What was promised and what became of it, counted from the client's list and the log of the test's own server. */
export interface RespondLedger {
  readonly system: "respond";
  /** Runs that were asked for. */
  readonly planned: number;
  /** Of these, those that have ended or wait for a person. */
  readonly done: number;
  /** Requests that repeat what must not be repeated. */
  readonly doneTwice: number;
  /** Runs that are not there or go on for ever, and effects that a run that is done never had. */
  readonly lost: number;
  /** Nodes that were killed and started again. */
  readonly restarts: number;
  /** The longest time from the kill of a node to the next request of a run that it cut, of runs that did not have to wait for a person. */
  readonly takeoverMs: number;
}
