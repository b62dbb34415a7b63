import type { OpenAsk } from "../mail/ask.ts";

/** An actor of another node. */
export interface RemoteRef {
  /** Id of its node. */
  readonly node: string;
  readonly path: string;
  /** 0: whoever is at the path when a message arrives. Otherwise that actor alone. */
  readonly incarnation: number;
}

/** This node's side of an actor of another node, as the port sees it. */
export interface RemoteCell extends RemoteRef {
  /** Actors of this node wait for its end. */
  readonly watched: boolean;
  /** The actor has ended: tells its watchers, each once. One that is named by its path alone may have a successor. */
  ended(): void;
}

/** How what is done with a remote address leaves this node. None of it throws. */
export interface RemotePort {
  /** As `Address.tell`. What is refused is recorded as a dead letter. */
  tell(cell: RemoteCell, message: unknown): boolean;
  /** Sends the message of an ask, which it later answers or fails; or fails it at once. */
  ask(cell: RemoteCell, message: unknown, ask: OpenAsk): void;
  /** The cell has its first watcher: `cell.ended` is to be called once the actor or its node has ended. */
  watch(cell: RemoteCell): void;
  /** The cell has no watcher any more. */
  unwatch(cell: RemoteCell): void;
  /** Stops the actor in order; resolves when it is gone. Rejects with a KernelError as `Address.ask` does. */
  stop(cell: RemoteCell): Promise<void>;
}
