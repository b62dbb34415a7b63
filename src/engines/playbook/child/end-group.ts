/** Ends this process and every process of the group that it leads, at once. */
export const endGroup = (): void => {
  try {
    process.kill(-process.pid, "SIGKILL");
  } catch {
    // It leads no group.
    process.kill(process.pid, "SIGKILL");
  }
};
