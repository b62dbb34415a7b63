/** Closes a total `switch`: the compiler refuses a case that was forgotten, and at run time bad data is named. */
export const unreachable = (value: never): never => {
  throw new TypeError(`unexpected value: ${JSON.stringify(value)}`);
};
