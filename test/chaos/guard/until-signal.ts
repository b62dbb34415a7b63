const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** Runs what is aborted when a signal wants to end this process, so that it removes what it has made before the process ends. */
export const untilSignal = async <Result>(run: (signal: AbortSignal) => Promise<Result>): Promise<Result> => {
  const ending = new AbortController();
  const end = (name: NodeJS.Signals): void => ending.abort(new Error(`ended by ${name}`));
  for (const name of signals) process.on(name, end);
  try {
    return await run(ending.signal);
  } finally {
    for (const name of signals) process.off(name, end);
  }
};
