/** The levels of npm, which winston uses by default: the lower the number, the graver the line. */
export const logLevels: { readonly [level in string]: number } = {
  error: 0,
  warn: 1,
  info: 2,
  http: 3,
  verbose: 4,
  debug: 5,
  silly: 6,
};
