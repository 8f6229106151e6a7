import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, SignJWT, type JWK, type JWTPayload, type KeyLike } from 'jose';

/** A key pair, and what its issuer publishes of it. */
export interface IssuerKey {
  kid: string;
  privateKey: KeyLike;
  publicJwk: JWK;
}

let keyCount = 0;

export async function createIssuerKey(alg = 'ES256'): Promise<IssuerKey> {
  const { privateKey, publicKey } = await generateKeyPair(alg);
  const kid = `key-${++keyCount}`;
  return { kid, privateKey, publicJwk: { ...(await exportJWK(publicKey)), kid, alg } };
}

export function inSeconds(seconds: number): number {
  return Math.floor(Date.now() / 1000) + seconds;
}

/** Signs any claims with any header. */
export function sign(
  key: IssuerKey,
  header: { typ?: string; alg?: string; kid?: string },
  claims: JWTPayload,
): Promise<string> {
  return new SignJWT(claims)
    .setProtectedHeader({
      ...(header.typ && { typ: header.typ }),
      alg: 'ES256',
      kid: key.kid,
      ...header,
    })
    .sign(key.privateKey);
}

/** A user token with the identity proof of a limited one inside. */
export async function signUserToken(
  key: IssuerKey,
  claims: JWTPayload & { ent?: string[] } = {},
): Promise<string> {
  const identity = {
    sub: 'user:default/jane',
    iat: inSeconds(-10),
    exp: inSeconds(3600),
    ...(claims.sub && { sub: claims.sub }),
    ...(claims.iat && { iat: claims.iat }),
    ...(claims.exp && { exp: claims.exp }),
  };
  const proof = await sign(key, { typ: 'vnd.backstage.limited-user' }, identity);
  return sign(
    key,
    { typ: 'vnd.backstage.user' },
    { ...identity, aud: 'backstage', uip: proof.split('.')[2], ...claims },
  );
}

export function signPluginToken(key: IssuerKey, claims: JWTPayload = {}): Promise<string> {
  const times = { iat: inSeconds(-10), exp: inSeconds(3600) };
  return sign(
    key,
    { typ: 'vnd.backstage.plugin' },
    { sub: 'catalog', aud: 'tickets', ...times, ...claims },
  );
}

/** Publishes keys over HTTP, as the auth plugin, other plugins or a foreign issuer do. */
export class TokenAuthority {
  /** Requests by path. */
  readonly requests: string[] = [];
  /** Keys by path. Other paths answer with status 404. */
  readonly keys = new Map<string, IssuerKey[]>();
  /** Answers to other paths. */
  readonly answers = new Map<string, { status: number; body: unknown }>();
  /** Addresses that other paths send on to. */
  readonly redirects = new Map<string, string>();
  /** What answers wait for, with the keys as they were when the request came. */
  held?: Promise<void>;
  readonly #server: Server;

  private constructor() {
    this.#server = createServer(async (req, res) => {
      const path = req.url!;
      this.requests.push(path);
      const location = this.redirects.get(path);
      if (location) {
        res.writeHead(302, { location }).end();
        return;
      }
      const keys = this.keys.get(path)?.map(key => key.publicJwk);
      const { status, body } = this.answers.get(path) ?? {
        status: keys ? 200 : 404,
        body: { keys },
      };
      await this.held;
      res.writeHead(status, { 'content-type': 'application/json' });
      res.end(typeof body === 'string' ? body : JSON.stringify(body));
    });
  }

  static async start(): Promise<TokenAuthority> {
    const authority = new TokenAuthority();
    await new Promise<void>(resolve => authority.#server.listen(0, '127.0.0.1', resolve));
    return authority;
  }

  get baseUrl(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  publishUserKeys(...keys: IssuerKey[]): void {
    this.keys.set('/api/auth/.well-known/jwks.json', keys);
  }

  publishPluginKeys(pluginId: string, ...keys: IssuerKey[]): void {
    this.keys.set(`/api/${pluginId}/.backstage/auth/v1/jwks.json`, keys);
  }

  discovery() {
    const getBaseUrl = async (pluginId: string) => `${this.baseUrl}/api/${pluginId}`;
    return { getBaseUrl, getExternalBaseUrl: getBaseUrl };
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise(resolve => this.#server.close(resolve));
  }
}
