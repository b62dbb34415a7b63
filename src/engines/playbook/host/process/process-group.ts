/** Nobody of it is left, or whoever is belongs to another user. */
const goneCodes = new Set(["ESRCH", "EPERM"]);

/**
 * Kills every process of a group. The number of a group is not given to another while one of its processes is there, so this hits nobody
 * else as long as the leader has not been waited for, or right after that.
 * @param leader its process id
 * @returns whether there was one to kill
 */
export const killGroup = (leader: number): boolean => {
  try {
    process.kill(-leader, "SIGKILL");
    return true;
  } catch (thrown) {
    if (thrown instanceof Error && "code" in thrown && goneCodes.has(String(thrown.code))) return false;
    throw thrown;
  }
};
