/**
 * An address of the loopback network that no other process of the tests uses: its ports stay free while whoever listens there begins again.
 * Only Linux has all of 127.0.0.0/8 without setting it up.
 */
export const ownLoopback = (): string => {
  const { pid } = process;
  return `127.${64 + ((pid >> 16) & 63)}.${(pid >> 8) & 255}.${pid & 255}`;
};
