import { expect } from 'chai';
import { TokenAuthority } from '../services/auth/token-authority';
import { startFleet, type Fleet, type WireBackend } from './auth-wire/fleet';

const POSTGRES_VARIABLE = 'BACKSTAGE_TEST_DATABASE_POSTGRES15_CONNECTION_STRING';

for (const signInAt of ['stock', 'ours'] as const) {
  describe(`users who sign in at ${signInAt === 'ours' ? 'our' : 'the stock'} backend of two`, () => {
    let authority: TokenAuthority;
    let fleet: Fleet;
    let authorization: string;

    before(async function start() {
      const postgres = process.env[POSTGRES_VARIABLE];
      if (!postgres) {
        console.log(`    skipped: ${POSTGRES_VARIABLE} is not set`);
        this.skip();
      }
      authority = await TokenAuthority.start();
      fleet = await startFleet({
        variant: 'ours',
        postgres,
        authorityUrl: authority.baseUrl,
        signInAt,
        auth: {},
        authorityPlugins: [],
      });
      const response = await fetch(`${fleet[signInAt].url}/api/auth/guest/refresh`, {
        headers: { 'x-requested-with': 'XMLHttpRequest' },
      });
      const body: any = await response.json();
      expect(response.status, JSON.stringify(body)).to.equal(200);
      authorization = `Bearer ${body.backstageIdentity.token}`;
    });

    after(async () => {
      await fleet?.stop();
      await authority?.stop();
    });

    const ask = (backend: WireBackend, path: string, headers: Record<string, string>) =>
      fetch(`${backend.url}/api/${backend.pluginId}${path}`, { headers });

    for (const kind of ['stock', 'ours'] as const) {
      const other = kind === 'stock' ? 'ours' : 'stock';

      it(`are known to ${kind}, also when a plugin calls for them`, async () => {
        const user = { type: 'user', userEntityRef: 'user:development/guest' };
        const whoami = await ask(fleet[kind], '/whoami', { authorization });
        expect(await whoami.json()).to.deep.include({ principal: user });
        const call = await ask(fleet[kind], `/call?target=${fleet[other].pluginId}`, {
          authorization,
        });
        expect(await call.json()).to.deep.nested.include({
          'body.principal': {
            ...user,
            actor: { type: 'service', subject: `plugin:${fleet[kind].pluginId}` },
          },
        });
        const info = await ask(fleet[kind], '/user-info', { authorization });
        expect(await info.json()).to.include({ userEntityRef: 'user:development/guest' });
      });

      it(`get a cookie from ${kind} that opens routes of ${other}`, async () => {
        const given = await ask(fleet[kind], '/.backstage/auth/v1/cookie', { authorization });
        const cookie = given.headers.getSetCookie()[0].split(';')[0];
        expect((await ask(fleet[other], '/cookie', { cookie })).status).to.equal(200);
        expect((await ask(fleet[other], '/whoami', { cookie })).status).to.equal(401);
      });
    }
  });
}
