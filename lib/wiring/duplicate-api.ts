import { describePackage, duplicateCopies } from './loaded-packages';

const API_PACKAGE = '@backstage/backend-plugin-api';

/**
 * Tells that several copies of the plugin API are loaded. They work together here, since features are
 * recognised by protocol, but a copy that is too old makes references that lack newer properties.
 */
export function describeDuplicateApis(): string | undefined {
  const copies = duplicateCopies(API_PACKAGE);
  if (copies.length < 2) {
    return undefined;
  }
  const list = copies.map(copy => `${describePackage(copy)} in ${copy.folder}`);
  return `${copies.length} copies of ${API_PACKAGE} are loaded: ${list.join('; ')}. Let your packages agree on one version, for example with 'yarn dedupe' or 'npm dedupe'`;
}
