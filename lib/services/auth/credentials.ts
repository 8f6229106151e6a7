import { createHash } from 'node:crypto';
import type {
  BackstageCredentials,
  BackstageNonePrincipal,
  BackstagePrincipalAccessRestrictions,
  BackstageServicePrincipal,
  BackstageUserPrincipal,
} from '../../api';

/** Restrictions by the id of the plugin that they let a token into. */
export type AccessRestrictionsByPlugin = ReadonlyMap<string, BackstagePrincipalAccessRestrictions>;

/** What credentials hold beside their public members. Published packages read `token`: keep it. */
export interface InternalBackstageCredentials<
  TPrincipal = unknown,
> extends BackstageCredentials<TPrincipal> {
  version: 'v1';
  token?: string;
  allAccessRestrictions?: AccessRestrictionsByPlugin;
}

/** Adds members that neither JSON nor a log line of the object shows. */
function withHidden<T extends object>(target: T, members: Record<string, unknown>): T {
  for (const name of Object.keys(members)) {
    Object.defineProperty(target, name, {
      value: members[name],
      enumerable: false,
      configurable: true,
      writable: true,
    });
  }
  return target;
}

function createCredentials<TPrincipal>(
  principal: TPrincipal,
  expiresAt: { expiresAt?: Date } = {},
  hidden: { token?: string; allAccessRestrictions?: AccessRestrictionsByPlugin } = {},
): InternalBackstageCredentials<TPrincipal> {
  return withHidden(
    { $$type: '@backstage/BackstageCredentials' as const, version: 'v1', ...expiresAt, principal },
    { ...hidden, toString: () => `backstageCredentials{${principal}}` },
  );
}

function createServicePrincipal(
  subject: string,
  accessRestrictions?: BackstagePrincipalAccessRestrictions,
): BackstageServicePrincipal {
  return withHidden(
    { type: 'service' as const, subject, accessRestrictions },
    {
      toString() {
        if (!accessRestrictions) return `servicePrincipal{${subject}}`;
        const digest = createHash('sha256').update(JSON.stringify(accessRestrictions));
        const hash = digest.digest('base64').replace(/=+$/, '');
        return `servicePrincipal{${subject},accessRestrictions=${hash}}`;
      },
    },
  );
}

/** Credentials of a plugin or of an external caller. */
export function createServiceCredentials(options: {
  subject: string;
  accessRestrictions?: BackstagePrincipalAccessRestrictions;
  allAccessRestrictions?: AccessRestrictionsByPlugin;
}): InternalBackstageCredentials<BackstageServicePrincipal> {
  const { subject, accessRestrictions, allAccessRestrictions } = options;
  const principal = createServicePrincipal(subject, accessRestrictions);
  return createCredentials(principal, {}, { token: undefined, allAccessRestrictions });
}

/** Credentials of a user, for whom `actor` (a service subject) may be acting. */
export function createUserCredentials(options: {
  userEntityRef: string;
  token: string;
  expiresAt: Date;
  actor?: string;
}): InternalBackstageCredentials<BackstageUserPrincipal> {
  const { userEntityRef, token, expiresAt } = options;
  const actor = options.actor === undefined ? undefined : createServicePrincipal(options.actor);
  const principal: BackstageUserPrincipal = withHidden(
    { type: 'user' as const, userEntityRef, actor },
    { toString: () => `userPrincipal{${userEntityRef}${actor ? `,actor={${actor}}` : ''}}` },
  );
  return createCredentials(principal, { expiresAt }, { token });
}

/** Credentials of nobody. */
export function createNoneCredentials(): InternalBackstageCredentials<BackstageNonePrincipal> {
  const principal = withHidden({ type: 'none' as const }, { toString: () => 'nonePrincipal' });
  return createCredentials(principal);
}

/**
 * The inner side of credentials.
 *
 * @throws Error for objects that no auth service made, or one of another generation
 */
export function toInternalCredentials<TPrincipal>(
  credentials: BackstageCredentials<TPrincipal>,
): InternalBackstageCredentials<TPrincipal> {
  if (credentials.$$type !== '@backstage/BackstageCredentials') {
    throw new Error('Invalid credential type: expected credentials made by the auth service');
  }
  const { version } = credentials as InternalBackstageCredentials;
  if (version !== 'v1') {
    throw new Error(`Invalid credential version '${version}': only 'v1' is known`);
  }
  return credentials as InternalBackstageCredentials<TPrincipal>;
}
