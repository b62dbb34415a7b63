/**
 * Where else the value of a field may stand that a rule asks for, beside under its own name: paths of keys from the event's data downwards,
 * the first that leads to a value counts. The same array for the same field.
 */
export type FieldNames = (field: string) => readonly (readonly string[])[];
