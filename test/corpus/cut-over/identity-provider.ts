import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A sign-in system of the company: OAuth 2, for one user who always agrees. */
export class IdentityProvider {
  readonly #server: Server;
  #tokens = 0;

  static async start(): Promise<IdentityProvider> {
    const provider = new IdentityProvider();
    await once(provider.#server, 'listening');
    return provider;
  }

  private constructor() {
    this.#server = createServer((req, res) => {
      const { pathname, searchParams } = new URL(req.url!, this.url);
      if (pathname === '/authorize') {
        const back = new URL(searchParams.get('redirect_uri')!);
        back.searchParams.set('code', 'a-code');
        back.searchParams.set('state', searchParams.get('state')!);
        res.writeHead(302, { location: String(back) }).end();
        return;
      }
      this.#tokens += 1;
      const tokens = {
        access_token: `access-${this.#tokens}`,
        refresh_token: 'a-refresh-token',
        token_type: 'bearer',
        expires_in: 3600,
        id_token: unsignedToken({ name: 'Ada', email: 'ada@example.com' }),
      };
      res.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(tokens));
    }).listen(0, 'localhost');
  }

  get url(): string {
    return `http://localhost:${(this.#server.address() as AddressInfo).port}`;
  }

  stop(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }
}

function unsignedToken(claims: object): string {
  const encode = (part: object) => Buffer.from(JSON.stringify(part)).toString('base64url');
  return `${encode({ alg: 'none' })}.${encode(claims)}.`;
}
