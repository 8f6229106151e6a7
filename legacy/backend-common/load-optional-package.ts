/**
 * Loads a package that few need, and that is therefore no dependency of ours.
 *
 * @param load - calls `require` with the name, so that bundlers see it
 * @throws Error that says how to add the package when it is not installed
 */
export function loadOptionalPackage<TPackage>(
  name: string,
  neededBy: string,
  load: () => TPackage,
): TPackage {
  try {
    return load();
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'MODULE_NOT_FOUND' && message.includes(`'${name}`)) {
      throw new Error(
        `${neededBy} needs the package '${name}'. Add it to the dependencies of your backend`,
        { cause: error },
      );
    }
    throw error;
  }
}
