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
  readonly token?: string;
  readonly allAccessRestrictions?: AccessRestrictionsByPlugin;
}

/** Members that neither JSON, nor a copy, nor a log line of the object shows. */
function hide(target: object, name: string, value: unknown): void {
  Object.defineProperty(target, name, { value, configurable: true, writable: true });
}

class Credentials<TPrincipal> implements InternalBackstageCredentials<TPrincipal> {
  readonly $$type = '@backstage/BackstageCredentials';
  readonly version = 'v1';
  readonly principal: TPrincipal;

  constructor(principal: TPrincipal) {
    this.principal = principal;
  }

  toString(): string {
    return `backstageCredentials{${this.principal}}`;
  }
}

class UserCredentials extends Credentials<BackstageUserPrincipal> {
  readonly expiresAt: Date;
  declare readonly token: string;

  constructor(principal: BackstageUserPrincipal, token: string, expiresAt: Date) {
    super(principal);
    this.expiresAt = expiresAt;
    hide(this, 'token', token);
  }
}

class ServiceCredentials extends Credentials<BackstageServicePrincipal> {
  declare readonly allAccessRestrictions?: AccessRestrictionsByPlugin;

  constructor(
    principal: BackstageServicePrincipal,
    allAccessRestrictions?: AccessRestrictionsByPlugin,
  ) {
    super(principal);
    if (allAccessRestrictions) hide(this, 'allAccessRestrictions', allAccessRestrictions);
  }
}

class UserPrincipal implements BackstageUserPrincipal {
  readonly type = 'user';
  readonly userEntityRef: string;
  readonly actor?: BackstageServicePrincipal;

  constructor(userEntityRef: string, actor?: BackstageServicePrincipal) {
    this.userEntityRef = userEntityRef;
    this.actor = actor;
  }

  toString(): string {
    const actor = this.actor ? `,actor={${this.actor}}` : '';
    return `userPrincipal{${this.userEntityRef}${actor}}`;
  }
}

class ServicePrincipal implements BackstageServicePrincipal {
  readonly type = 'service';
  readonly subject: string;
  readonly accessRestrictions?: BackstagePrincipalAccessRestrictions;

  constructor(subject: string, accessRestrictions?: BackstagePrincipalAccessRestrictions) {
    this.subject = subject;
    this.accessRestrictions = accessRestrictions;
  }

  toString(): string {
    if (!this.accessRestrictions) return `servicePrincipal{${this.subject}}`;
    const digest = createHash('sha256').update(JSON.stringify(this.accessRestrictions));
    const hash = digest.digest('base64').replace(/=+$/, '');
    return `servicePrincipal{${this.subject},accessRestrictions=${hash}}`;
  }
}

class NonePrincipal implements BackstageNonePrincipal {
  readonly type = 'none';

  toString(): string {
    return 'nonePrincipal';
  }
}

/** Credentials of a plugin or of an external caller. */
export function createServiceCredentials(options: {
  subject: string;
  accessRestrictions?: BackstagePrincipalAccessRestrictions;
  allAccessRestrictions?: AccessRestrictionsByPlugin;
}): InternalBackstageCredentials<BackstageServicePrincipal> {
  const { subject, accessRestrictions, allAccessRestrictions } = options;
  const principal = new ServicePrincipal(subject, accessRestrictions);
  return new ServiceCredentials(principal, allAccessRestrictions);
}

/** Credentials of a user, for whom `actor` (a service subject) may be acting. */
export function createUserCredentials(options: {
  userEntityRef: string;
  token: string;
  expiresAt: Date;
  actor?: string;
}): InternalBackstageCredentials<BackstageUserPrincipal> {
  const { userEntityRef, token, expiresAt, actor } = options;
  const principal = new UserPrincipal(
    userEntityRef,
    actor ? new ServicePrincipal(actor) : undefined,
  );
  return new UserCredentials(principal, token, expiresAt);
}

/** Credentials of nobody. */
export function createNoneCredentials(): InternalBackstageCredentials<BackstageNonePrincipal> {
  return new Credentials(new NonePrincipal());
}

/**
 * The inner side of credentials.
 *
 * @throws Error for objects that no auth service made, or one of another generation
 */
export function toInternalCredentials<TPrincipal>(
  credentials: BackstageCredentials<TPrincipal>,
): InternalBackstageCredentials<TPrincipal> {
  if (credentials?.$$type !== '@backstage/BackstageCredentials') {
    const isPromise = typeof (credentials as { then?: unknown } | undefined)?.then === 'function';
    throw new Error(
      `Invalid credential type: expected credentials of the auth service, received ${isPromise ? 'a promise of some; await it first' : typeof credentials}`,
    );
  }
  const { version } = credentials as InternalBackstageCredentials;
  if (version !== 'v1') {
    throw new Error(`Invalid credential version '${version}': only 'v1' is known`);
  }
  return credentials as InternalBackstageCredentials<TPrincipal>;
}
