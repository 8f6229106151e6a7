import type { PermissionAttributes } from '@backstage/plugin-permission-common';
import type { JsonObject } from '@backstage/types';

/** A user, authenticated by a Backstage token. */
export type BackstageUserPrincipal = {
  type: 'user';
  /** For example `user:default/guest`. */
  userEntityRef: string;
  /** The service that acts on behalf of the user, if any. */
  actor?: BackstageServicePrincipal;
};

/** Nobody: a request without credentials. */
export type BackstageNonePrincipal = { type: 'none' };

/** A plugin (`plugin:<id>`) or an external caller (`external:<name>`). */
export type BackstageServicePrincipal = {
  type: 'service';
  subject: string;
  accessRestrictions?: BackstagePrincipalAccessRestrictions;
};

/** Limits of what a service principal may do. */
export type BackstagePrincipalAccessRestrictions = {
  permissionNames?: string[];
  permissionAttributes?: {
    /** Any of these values. Never empty. */
    action?: Array<Required<PermissionAttributes>['action']>;
  };
};

/** Opaque: who makes a request. Made and understood by the auth service. */
export type BackstageCredentials<TPrincipal = unknown> = {
  $$type: '@backstage/BackstageCredentials';
  expiresAt?: Date;
  principal: TPrincipal;
};

/** The principals by their `type`. */
export type BackstagePrincipalTypes = {
  user: BackstageUserPrincipal;
  service: BackstageServicePrincipal;
  none: BackstageNonePrincipal;
  unknown: unknown;
};

/** Issues and verifies the tokens that plugins, users and external callers use. */
export interface AuthService {
  /**
   * @param token - without the `Bearer ` prefix
   * @throws AuthenticationError when the token is not valid
   */
  authenticate(
    token: string,
    options?: { allowLimitedAccess?: boolean },
  ): Promise<BackstageCredentials>;
  isPrincipal<TType extends keyof BackstagePrincipalTypes>(
    credentials: BackstageCredentials,
    type: TType,
  ): credentials is BackstageCredentials<BackstagePrincipalTypes[TType]>;
  getNoneCredentials(): Promise<BackstageCredentials<BackstageNonePrincipal>>;
  getOwnServiceCredentials(): Promise<BackstageCredentials<BackstageServicePrincipal>>;
  /** A token for a request to another plugin, made for whoever `onBehalfOf` says. */
  getPluginRequestToken(options: {
    onBehalfOf: BackstageCredentials;
    targetPluginId: string;
  }): Promise<{ token: string }>;
  getLimitedUserToken(
    credentials: BackstageCredentials<BackstageUserPrincipal>,
  ): Promise<{ token: string; expiresAt: Date }>;
  /** The public keys as JWKs, by which other plugins verify tokens of this one. */
  listPublicServiceKeys(): Promise<{ keys: JsonObject[] }>;
}
