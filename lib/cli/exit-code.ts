/** What the command's exit code says. An interrupted command ends with 128 plus the signal's number. */
export const ExitCode = {
  /** Done, or equal. */
  done: 0,
  /** There are differences, or there is work left for a person. */
  workLeft: 1,
  /** The command was called in a wrong way. */
  wrongUse: 2,
  failed: 3,
} as const;
