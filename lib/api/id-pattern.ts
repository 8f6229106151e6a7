const ID_PATTERN = /^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/i;
const TOLERATED_ID_PATTERN = /^[a-z][a-z0-9]*(?:[-_][a-z0-9]+)*$/i;

/**
 * Checks a plugin or module id.
 *
 * @param what - how the id is named in messages, for example `pluginId 'acme'`
 * @throws Error when the id does not match the pattern; ids with underscores only warn
 */
export function checkId(id: string, what: string): void {
  if (ID_PATTERN.test(id)) {
    return;
  }
  const rule = `match the pattern ${ID_PATTERN} (letters, digits, and dashes only, starting with a letter)`;
  if (!TOLERATED_ID_PATTERN.test(id)) {
    throw new Error(`Invalid ${what}, must ${rule}`);
  }
  // There is no logger yet when features are created.
  // eslint-disable-next-line no-console
  console.warn(`WARNING: The ${what} will be invalid soon, please change it to ${rule}`);
}
