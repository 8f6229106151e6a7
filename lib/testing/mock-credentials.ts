import type {
  BackstageCredentials,
  BackstageNonePrincipal,
  BackstagePrincipalAccessRestrictions,
  BackstageServicePrincipal,
  BackstageUserPrincipal,
} from '../api';
import { AUTH_COOKIE, encodeToken, invalidToken, NONE_TOKEN } from './mock-tokens';

const DEFAULT_USER = 'user:default/mock';
const DEFAULT_SERVICE = 'external:test-service';

function checkUserEntityRef(ref: string): void {
  if (!/^.+:.+\/.+$/.test(ref)) {
    throw new TypeError(
      `Invalid user entity reference '${ref}', expected <kind>:<namespace>/<name>`,
    );
  }
}

const bearer = (token: string) => `Bearer ${token}`;

/** The extra members do not show in deep comparisons of credentials. */
function credentials<TPrincipal>(
  principal: TPrincipal,
  description: string,
  token?: string,
): BackstageCredentials<TPrincipal> {
  const hidden = (value: unknown) => ({ value, enumerable: false, configurable: true });
  return Object.defineProperties(
    { $$type: '@backstage/BackstageCredentials', version: 'v1', principal },
    {
      toString: hidden(() => `mockCredentials{${description}}`),
      ...(token && { token: hidden(token) }),
    },
  ) as unknown as BackstageCredentials<TPrincipal>;
}

/**
 * Credentials, and the tokens, headers and cookies that the mock auth services take for them.
 * The strings are those of `@backstage/backend-test-utils`.
 */
export namespace mockCredentials {
  /** Credentials of a caller who shows none. */
  export function none(): BackstageCredentials<BackstageNonePrincipal> {
    return credentials({ type: 'none' }, 'nonePrincipal');
  }

  export namespace none {
    /** A header that means "no credentials" to the mock httpAuth, which otherwise assumes a user. */
    export function header(): string {
      return bearer(NONE_TOKEN);
    }
  }

  /**
   * Credentials of a user.
   *
   * @param userEntityRef - `<kind>:<namespace>/<name>`, by default `user:default/mock`
   * @param options - `actor`: the service that acts on behalf of the user
   * @throws TypeError when the ref has another form
   */
  export function user(
    userEntityRef: string = DEFAULT_USER,
    options?: { actor?: { subject: string } },
  ): BackstageCredentials<BackstageUserPrincipal> {
    checkUserEntityRef(userEntityRef);
    const actor = options?.actor;
    const isDefault = userEntityRef === DEFAULT_USER && !actor;
    return credentials(
      {
        type: 'user',
        userEntityRef,
        ...(actor && { actor: { type: 'service' as const, subject: actor.subject } }),
      },
      `userPrincipal{${userEntityRef}${actor ? `,actor={${actor.subject}}` : ''}}`,
      isDefault ? user.token() : user.token(userEntityRef, options),
    );
  }

  export namespace user {
    /** A token that the mock auth service takes for the user. */
    export function token(
      userEntityRef?: string,
      options?: { actor?: { subject: string } },
    ): string {
      if (!userEntityRef) {
        return encodeToken('user');
      }
      checkUserEntityRef(userEntityRef);
      const actor = options?.actor && { actor: { subject: options.actor.subject } };
      return encodeToken('user', { sub: userEntityRef, ...actor });
    }

    /** The `Authorization` header with {@link token}. */
    export function header(userEntityRef?: string): string {
      return bearer(token(userEntityRef));
    }

    export function invalidToken(): string {
      return invalid('user');
    }

    export function invalidHeader(): string {
      return bearer(invalid('user'));
    }
  }

  /** Credentials of a user who came with a cookie; equal to those of {@link user}. */
  export function limitedUser(
    userEntityRef: string = DEFAULT_USER,
  ): BackstageCredentials<BackstageUserPrincipal> {
    return user(userEntityRef);
  }

  export namespace limitedUser {
    /** A token that the mock auth service takes where limited access is allowed. */
    export function token(userEntityRef: string = DEFAULT_USER): string {
      checkUserEntityRef(userEntityRef);
      return encodeToken('limited-user', { sub: userEntityRef });
    }

    /** The `Cookie` header with {@link token}. */
    export function cookie(userEntityRef?: string): string {
      return `${AUTH_COOKIE}=${token(userEntityRef)}`;
    }

    export function invalidToken(): string {
      return invalid('limited-user');
    }

    export function invalidCookie(): string {
      return `${AUTH_COOKIE}=${invalid('limited-user')}`;
    }
  }

  /**
   * Credentials of a service.
   *
   * @param subject - by default `external:test-service`
   */
  export function service(
    subject: string = DEFAULT_SERVICE,
    accessRestrictions?: BackstagePrincipalAccessRestrictions,
  ): BackstageCredentials<BackstageServicePrincipal> {
    const restrictions = accessRestrictions
      ? `,accessRestrictions=${JSON.stringify(accessRestrictions)}`
      : '';
    return credentials(
      { type: 'service', subject, ...(accessRestrictions && { accessRestrictions }) },
      `servicePrincipal{${subject}${restrictions}}`,
    );
  }

  export namespace service {
    /** For whom a service token is made, and for which plugin. */
    export type TokenOptions = { onBehalfOf: BackstageCredentials; targetPluginId: string };

    /** A token that the mock auth service of the target plugin takes. */
    export function token(options?: TokenOptions): string {
      if (!options) {
        return encodeToken('service');
      }
      const principal = options.onBehalfOf?.principal as
        BackstageUserPrincipal | BackstageServicePrincipal | BackstageNonePrincipal;
      return encodeToken('service', {
        sub: principal.type === 'service' ? principal.subject : undefined,
        obo: principal.type === 'user' ? principal.userEntityRef : undefined,
        target: options.targetPluginId,
      });
    }

    /** The `Authorization` header with {@link token}. */
    export function header(options?: TokenOptions): string {
      return bearer(token(options));
    }

    export function invalidToken(): string {
      return invalid('service');
    }

    export function invalidHeader(): string {
      return bearer(invalid('service'));
    }
  }
}

/** The namespaces above hide the name of the import. */
const invalid = invalidToken;
