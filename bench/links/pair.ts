/** Two processes, of which one sends to the other. */
export interface Pair {
  /** Of the sender and of the receiver. */
  readonly pids: readonly number[];
  /** One way, all of them counted by the receiver. @returns microseconds */
  tells(count: number): Promise<number>;
  /** There and back. @returns microseconds */
  asks(count: number, outstanding: number): Promise<number>;
  /** Ends both. */
  end(): Promise<void>;
}
