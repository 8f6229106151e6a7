import { tooOldFor, type DatedHome } from './dated-home';
import type { Remainder } from './leave-package';
import type { SourcePackage } from './source-repository';

const STOCK: DatedHome = {
  module: '@backstage/backend-test-utils',
  name: 'mockServices',
  since: '1.0.0',
};
const OWN: DatedHome = {
  module: 'backstage-forklift/testing',
  name: 'mockServices',
  since: '0.1.0',
};

/**
 * Where the tests of a package take their mocks from: stock Backstage, or Forklift in a repository that
 * is too old for these and has it; otherwise why they can not.
 *
 * @param instead - what they stand for, as the report names it
 */
export function testMocksOf(
  owner: SourcePackage,
  instead: string,
): { readonly home: DatedHome } | { readonly missing: Remainder } {
  const missing = tooOldFor(owner, instead, STOCK);
  if (!missing) return { home: STOCK };
  return owner.dependsOn('backstage-forklift') ? { home: OWN } : { missing };
}
