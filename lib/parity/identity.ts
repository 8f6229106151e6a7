import { randomBytes } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ParityPrincipal } from './request';

/** Options of {@link createParityIdentity}. */
export interface ParityIdentityOptions {
  /** Defaults to `user:default/parity`. */
  userEntityRef?: string;
  /** Seconds for which the tokens hold; defaults to eight hours, longer than any comparison takes. */
  lifetime?: number;
}

/**
 * A fixed identity for both sides: a user whose tokens are signed by a key of the harness, which
 * stands in for the auth plugin, and a service that knows the shared secret of the deployment.
 */
export interface ParityIdentity {
  /** Configuration, as environment variables, by which a backend accepts the tokens. */
  readonly env: NodeJS.ProcessEnv;
  /** The token of a principal; none for `none`. */
  tokenFor(principal: ParityPrincipal): string | undefined;
  close(): Promise<void>;
}

const EIGHT_HOURS = 3_600 * 8;

/**
 * Starts the stand-in for the auth plugin (its public keys, on a free port of this machine).
 *
 * User tokens have the form of `@backstage/plugin-auth-backend` (ES256, `vnd.backstage.user`), so old
 * and new backends verify them the same way, by the keys that `discovery.endpoints` points to. Service
 * tokens are those of the old TokenManager (HS256, `backend.auth.keys`), which new backends accept, too.
 */
export async function createParityIdentity(
  options: ParityIdentityOptions = {},
): Promise<ParityIdentity> {
  const { userEntityRef = 'user:default/parity', lifetime = EIGHT_HOURS } = options;
  const { SignJWT, exportJWK, generateKeyPair } = require('jose') as typeof import('jose');
  const { privateKey, publicKey } = await generateKeyPair('ES256');
  const kid = randomBytes(8).toString('hex');
  const keys = [{ ...(await exportJWK(publicKey)), kid, alg: 'ES256', use: 'sig' }];

  const server = createServer((request, response) => {
    response.setHeader('content-type', 'application/json');
    if (request.url?.endsWith('/.well-known/jwks.json')) {
      response.end(JSON.stringify({ keys }));
    } else if (request.url?.endsWith('/v1/userinfo')) {
      response.end(JSON.stringify({ claims: { sub: userEntityRef, ent: [userEntityRef] } }));
    } else {
      response.statusCode = 404;
      response.end(JSON.stringify({ error: { name: 'NotFoundError' } }));
    }
  });
  const authUrl = await listen(server);

  const iat = Math.floor(Date.now() / 1000);
  const exp = iat + lifetime;
  const signUserToken = (typ: string, payload: Record<string, unknown>) =>
    new SignJWT(payload).setProtectedHeader({ typ, alg: 'ES256', kid }).sign(privateKey);

  // A backend derives the limited token of a user from the full one: same claims, this signature.
  const limited = await signUserToken('vnd.backstage.limited-user', {
    sub: userEntityRef,
    iat,
    exp,
  });
  const user = await signUserToken('vnd.backstage.user', {
    iss: authUrl,
    aud: 'backstage',
    sub: userEntityRef,
    ent: [userEntityRef],
    iat,
    exp,
    uip: limited.split('.')[2],
  });
  const secret = randomBytes(24).toString('base64');
  const service = await new SignJWT({ sub: 'backstage-server', exp })
    .setProtectedHeader({ alg: 'HS256' })
    .sign(Buffer.from(secret, 'base64'));

  return {
    env: {
      APP_CONFIG_backend_auth_keys: JSON.stringify([{ secret }]),
      APP_CONFIG_discovery_endpoints: JSON.stringify([{ target: authUrl, plugins: ['auth'] }]),
    },
    tokenFor: principal => ({ user, service, none: undefined })[principal],
    close: async () => {
      server.closeAllConnections();
      await new Promise(resolve => server.close(resolve));
    },
  };
}

async function listen(server: Server): Promise<string> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/auth`;
}
