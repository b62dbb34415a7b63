/** When what was read is put into a report: as soon as one of them is reached. */
export interface ReportCondition {
  /** Rows, as front ends write them. 1 … 100,000. */
  readonly records: number;
  /** Of shared memory that they take. 1,024 … 1,048,576. */
  readonly bytes: number;
  /** Of the oldest access in it. 1 … 60,000. */
  readonly ageMs: number;
}

/** Settings of the proxy of a host. */
export interface ProxySettings {
  /** Name of the host: lower-case letters, digits, dots and hyphens, at most 64. */
  readonly proxy: string;
  /** What the front ends of the host share. */
  readonly folder: string;
  /** Where reports are kept until they are acknowledged: on a disk, for this proxy alone. */
  readonly spoolFolder: string;
  /** With so many bytes of reports that nobody has taken, nothing more is read: then the front ends drop accesses, and count them. */
  readonly spoolBytes: number;
  readonly report: ReportCondition;
  /** Numbers of the rules that the front ends of the host assign; none: all. */
  readonly rules: readonly number[];
}
