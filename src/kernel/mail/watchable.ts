/** An actor that waits for the ends of others. */
export interface Watcher {
  /** What it watched is gone. */
  targetStopped(target: Watchable): void;
}

/** An actor whose end others wait for: of this node or of another one. */
export interface Watchable {
  /** It has stopped, for good. */
  readonly gone: boolean;
  /** Tells `watcher` once when it is gone. Ask only while it is not. */
  addWatcher(watcher: Watcher): void;
  removeWatcher(watcher: Watcher): void;
}
