/** An auth provider that the old plugin had built in. */
export interface AuthProvider {
  /** Its name in `providers.<name>.create(...)`. */
  readonly name: string;
  /** The id that it has in the configuration unless the code gives it another. */
  readonly id: string;
  /** The package with its module, and what it is made of there. */
  readonly module: string;
  readonly authenticator: string;
  /** The object with its resolvers, in the same package. */
  readonly resolvers: string;
  /** `oauth` providers redirect to a sign-in page, `proxy` providers trust what is in front of them. */
  readonly kind: 'oauth' | 'proxy';
  /**
   * Parts of the sign-in result that code may use: what the new result calls each of them, below
   * `result`. A part that is not here has changed its shape.
   */
  readonly result: Readonly<Record<string, string>>;
}

/** The parts of a Passport sign-in that are still what they were. */
const PROFILE = { fullProfile: 'fullProfile' };

function oauth(
  id: string,
  names: Partial<AuthProvider> & { readonly module?: string } = {},
  result: Record<string, string> = PROFILE,
): AuthProvider {
  const { module = id } = names;
  return {
    name: id,
    id,
    authenticator: `${id}Authenticator`,
    resolvers: `${id}SignInResolvers`,
    kind: 'oauth',
    result,
    ...names,
    module: `@backstage/plugin-auth-backend-module-${module}-provider`,
  };
}

function proxy(
  id: string,
  names: Partial<AuthProvider> & { readonly module: string },
  parts: readonly string[],
): AuthProvider {
  const result = Object.fromEntries(parts.map(each => [each, each]));
  return { ...oauth(id, names, result), kind: 'proxy' };
}

/** The providers of the old plugin that have a module. SAML never got one. */
export const AUTH_PROVIDERS: readonly AuthProvider[] = [
  oauth('atlassian'),
  oauth('auth0'),
  oauth('bitbucket'),
  oauth('bitbucketServer', { module: 'bitbucket-server' }),
  oauth('github'),
  oauth('gitlab'),
  oauth('google'),
  oauth('microsoft'),
  oauth('oauth2'),
  oauth('oidc', {}, { userinfo: 'fullProfile.userinfo', tokenset: 'fullProfile.tokenset' }),
  oauth('okta'),
  oauth('onelogin', {
    authenticator: 'oneLoginAuthenticator',
    resolvers: 'oneLoginSignInResolvers',
  }),
  proxy(
    'awsalb',
    {
      name: 'awsAlb',
      module: 'aws-alb',
      authenticator: 'awsAlbAuthenticator',
      resolvers: 'awsAlbSignInResolvers',
    },
    ['fullProfile', 'accessToken', 'expiresInSeconds'],
  ),
  proxy('gcpIap', { module: 'gcp-iap' }, ['iapToken']),
  proxy('oauth2Proxy', { module: 'oauth2-proxy' }, [
    'fullProfile',
    'accessToken',
    'headers',
    'getHeader',
  ]),
];

/** Providers that `defaultAuthProviderFactories` had, by the id that they have in the configuration. */
export const DEFAULT_PROVIDERS: readonly string[] = [
  'google',
  'github',
  'gitlab',
  'saml',
  'okta',
  'auth0',
  'microsoft',
  'easyAuth',
  'oauth2',
  'oidc',
  'onelogin',
  'awsalb',
  'bitbucket',
  'bitbucketServer',
  'atlassian',
];
