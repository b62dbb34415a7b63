/** Of commands that judge files. */
export const allowIncomplete = [
  "--allow-incomplete",
  "exit with 0 instead of 4 when a file is unknown, degraded or not looked at",
] as const;
