/** What a person asked for; the defaults are main's. */
export interface RespondFlags {
  readonly runs: number | undefined;
  readonly kills: number | undefined;
  readonly rounds: number | undefined;
  readonly events: number | undefined;
  readonly clients: number;
  readonly count: number | undefined;
  readonly seed: number;
  readonly store: string | undefined;
  /** The files that this one was compiled with, not those that users run. */
  readonly compiled: boolean;
  readonly say: (line: string) => void;
  readonly print: (line: string) => void;
}
