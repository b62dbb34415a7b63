/**
 * Resolves in the next turn of the event loop: every settled promise and all that follows from it, and whatever the system had ready,
 * have had their turn then. It takes microseconds and says nothing about time.
 */
export const nextTurn = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));
