import type {
  AuthorizePermissionRequest,
  QueryPermissionRequest,
} from '@backstage/plugin-permission-common';
import type { AuthService, BackstageCredentials, PermissionsService } from '../lib/api';

/** In whose name a plugin of the old system asks. Nobody's, with neither of the two. */
export interface LegacyPermissionOptions {
  /** Of the request that is being answered. */
  token?: string;
  credentials?: BackstageCredentials;
}

/**
 * The `PermissionEvaluator` of old plugins. Decisions are of any type: releases of
 * `@backstage/plugin-permission-common` declare them as an enum or as texts, neither of which is
 * assignable to the other.
 */
export interface LegacyPermissionEvaluator {
  authorize(
    requests: AuthorizePermissionRequest[],
    options?: LegacyPermissionOptions,
  ): Promise<any[]>;
  authorizeConditional(
    requests: QueryPermissionRequest[],
    options?: LegacyPermissionOptions,
  ): Promise<any[]>;
}

/** The permissions service for callers that pass the token of a request in place of credentials. */
export function permissionsToLegacy(services: {
  auth: AuthService;
  permissions: PermissionsService;
}): LegacyPermissionEvaluator {
  const { auth, permissions } = services;

  async function withCredentials({ token, credentials, ...options }: LegacyPermissionOptions = {}) {
    const known =
      credentials ?? (await (token ? auth.authenticate(token) : auth.getNoneCredentials()));
    return { ...options, credentials: known };
  }
  return {
    authorize: async (requests, options) =>
      permissions.authorize(requests, await withCredentials(options)),
    authorizeConditional: async (requests, options) =>
      permissions.authorizeConditional(requests, await withCredentials(options)),
  };
}

/**
 * Permissions of an old backend for callers that pass credentials.
 *
 * @param tokenFor - the token that stands for credentials in the old backend, if they have one
 */
export function legacyToPermissions(
  permissions: LegacyPermissionEvaluator,
  tokenFor: (credentials: BackstageCredentials) => Promise<string | undefined>,
): PermissionsService {
  const withToken = async ({ credentials }: { credentials: BackstageCredentials }) => ({
    token: await tokenFor(credentials),
  });
  return {
    authorize: async (requests, options) =>
      permissions.authorize(requests, await withToken(options)),
    authorizeConditional: async (requests, options) =>
      permissions.authorizeConditional(requests, await withToken(options)),
  };
}
