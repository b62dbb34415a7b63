import { z } from "zod";

/** A key of an object of the standard: the form of its value, and what becomes of it. */
export interface Property<Shape extends z.ZodType = z.ZodType> {
  readonly shape: Shape;
  /** `shown`: it is checked and kept for people, and changes nothing of what is executed. */
  readonly support: "supported" | "shown" | "refused";
  /** What that means, for docs/playbooks.md. */
  readonly note: string;
}

/** The keys of one object of the standard. What has no place here is an unknown key. */
export type Properties = Readonly<Record<string, Property>>;

export const supported = <Shape extends z.ZodType>(shape: Shape, note: string): Property<Shape> => ({
  shape,
  support: "supported",
  note,
});

export const shown = <Shape extends z.ZodType>(shape: Shape, note: string): Property<Shape> => ({
  shape,
  support: "shown",
  note,
});

export const refused = <Shape extends z.ZodType>(shape: Shape, note: string): Property<Shape> => ({
  shape,
  support: "refused",
  note,
});

type Shapes<Keys extends Properties> = { -readonly [Key in keyof Keys]: Keys[Key]["shape"] };

/** The object that has these keys and no others. */
export const objectOf = <Keys extends Properties>(properties: Keys): z.ZodObject<Shapes<Keys>, z.core.$strict> =>
  z.strictObject(
    Object.fromEntries(Object.entries(properties).map(([key, { shape }]) => [key, shape])) as Shapes<Keys>,
  );
