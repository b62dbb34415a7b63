/** For an answer that says nothing but that it was done. */
export const done = async (call: Promise<object>): Promise<void> => {
  await call;
};
