import { KernelError } from "../errors.ts";

const shape = /^[A-Za-z0-9._~-]{1,100}$/;

/** @throws KernelError `name-invalid` */
export const checkChildName = (name: string): void => {
  if (shape.test(name)) return;
  throw new KernelError("name-invalid", `actor name ${JSON.stringify(name)}: use 1 to 100 of A-Z a-z 0-9 . _ ~ -`);
};
