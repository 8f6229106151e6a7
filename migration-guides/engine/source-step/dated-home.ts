import { packageOf } from '../plugin-file/describe-plugin-file';
import { isAtLeast } from '../version';
import type { NewHome } from './move-names';
import type { Finding, PackageUse } from './source-codemod';
import { isTooOld, type SourcePackage } from './source-repository';

/** Where an export of an old package is now. */
export interface DatedHome extends NewHome {
  /** The first version of the package that has it. */
  readonly since: string;
}

/** The release from which every home exists. */
const HOMES_RELEASE = '1.31.0';

/** Packages that can be added beside those of any release: they hold types and small functions. */
const ANY_RELEASE = ['@backstage/backend-plugin-api', '@backstage/types', 'backstage-forklift'];

/** What a package.json has to name for a home. */
export function useOf(home: DatedHome): PackageUse {
  return { name: packageOf(home), since: home.since };
}

/** What to report where a package asks for a version that does not have a home yet. */
export function tooOldFor(
  owner: SourcePackage,
  imported: string,
  home: DatedHome,
): Pick<Finding, 'outcome' | 'reason' | 'anchor'> | undefined {
  const { name, since } = useOf(home);
  const what = `${imported} is ${home.name} of ${name} from ${since}`;
  if (isTooOld(owner, name, since)) {
    const reason = `${what}, and ${owner.name} asks for ${owner.versionOf(name)}: upgrade Backstage first`;
    return { outcome: 'manual', reason, anchor: 'versions' };
  }
  const isUnknown = !owner.dependsOn(name) && !ANY_RELEASE.includes(name);
  if (isUnknown && !isAtLeast(owner.release ?? '0', HOMES_RELEASE)) {
    const release = owner.release
      ? `this repository is at ${owner.release}`
      : 'the release of this repository is unknown';
    const reason = `${what}, which comes with Backstage ${HOMES_RELEASE}, and ${release}: upgrade first`;
    return { outcome: 'manual', reason, anchor: 'versions' };
  }
  return undefined;
}
