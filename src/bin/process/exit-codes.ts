/** What every command ends with. `threshold` wins over `incomplete`. */
export const exitCodes = {
  complete: 0,
  failed: 1,
  /** Bad usage or input; nothing was done. */
  usage: 2,
  /** Done, and the asked-for threshold was hit. */
  threshold: 3,
  /** Ended, but not everything could be looked at. */
  incomplete: 4,
  /** Another process has the node's id now. Whoever supervises it starts it again. */
  lost: 75,
  interrupted: 130,
} as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];
