/** For a field as Sigma's rules name it, where one other format keeps the same: dotted paths in the event's data, the likeliest first. */
export type FieldTable = Readonly<Record<string, readonly string[]>>;
