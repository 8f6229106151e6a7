import { expect } from 'chai';
import { signUserToken, TokenAuthority } from '../services/auth/token-authority';
import { fetchCookie } from './auth-wire/callers';
import { startFleet, type Fleet, type OursVariant, type WireBackend } from './auth-wire/fleet';
import {
  authConfig,
  authorityPlugins,
  createIdentities,
  type WireIdentities,
} from './auth-wire/identities';
import {
  requestsByOutcome,
  requestsThatStockFails,
  type Outcome,
  type WireRequest,
} from './auth-wire/requests';

const POSTGRES_VARIABLE = 'BACKSTAGE_TEST_DATABASE_POSTGRES15_CONNECTION_STRING';

/** Who answers, and who issued what it is asked with. */
const PAIRS = { stock: ['stock', 'ours'], ours: ['ours', 'stock'] } as const;

const TITLES: { [variant in OursVariant]: string } = {
  ours: 'a stock backend and one of ours, on the same database',
  'ours-in-stock': 'a stock backend and one with our auth services, on the same database',
};

for (const variant of Object.keys(TITLES) as OursVariant[]) {
  describe(TITLES[variant], () => describeWire(variant));
}

function describeWire(variant: OursVariant) {
  let authority: TokenAuthority;
  let identities: WireIdentities;
  let fleet: Fleet;

  before(async function () {
    const postgres = process.env[POSTGRES_VARIABLE];
    if (!postgres) {
      console.log(`    skipped: ${POSTGRES_VARIABLE} is not set`);
      this.skip();
    }
    authority = await TokenAuthority.start();
    identities = await createIdentities(authority);
    fleet = await startFleet({
      variant,
      postgres,
      authorityUrl: authority.baseUrl,
      auth: authConfig(authority),
      authorityPlugins,
    });
  });

  after(async () => {
    await fleet?.stop();
    await authority?.stop();
  });

  async function send([, from, request, body]: WireRequest, kind: keyof typeof PAIRS) {
    const [target, other] = PAIRS[kind].map(name => fleet[name]);
    const [method, path] = request.split(' ');
    const response = await fetch(`${target.url}/api/${target.pluginId}${path}`, {
      method,
      headers: {
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...(await from({ identities, target, other })),
      },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    const text = await response.text();
    return { status: response.status, text: withoutNames(text) };
  }

  for (const [expected, requests] of requestsByOutcome) {
    describe(`both answer ${expected.join(' ')}`, () => {
      for (const wireRequest of requests) {
        const [caller, , request] = wireRequest;
        it(`to ${caller}, ${request}`, async () => {
          const stock = await send(wireRequest, 'stock');
          const ours = await send(wireRequest, 'ours');
          expect(outcomeOf(stock)).to.eql(expected);
          expect(outcomeOf(ours)).to.eql(expected);
          if (ours.status < 400 && !request.endsWith('jwks.json')) {
            expect(ours.text).to.equal(stock.text);
          }
        });
      }
    });
  }

  for (const { request, stock, ours } of requestsThatStockFails) {
    it(`stock answers ${stock[0]}, ours ${ours[0]}, to ${request[0]}`, async () => {
      expect(outcomeOf(await send(request, 'stock'))).to.eql(stock);
      expect(outcomeOf(await send(request, 'ours'))).to.eql(ours);
    });
  }

  for (const kind of ['stock', 'ours'] as const) {
    for (const target of ['north', 'south', 'shared']) {
      it(`${kind}: a plugin calls '${target}' for a user`, async () => {
        const { url, pluginId } = fleet[kind];
        const response = await fetch(`${url}/api/${pluginId}/call?target=${target}`, {
          headers: { authorization: `Bearer ${await signUserToken(identities.user)}` },
        });
        expect(await response.json()).to.deep.include({
          status: 200,
          body: {
            principal: {
              type: 'user',
              userEntityRef: 'user:default/jane',
              actor: { type: 'service', subject: `plugin:${pluginId}` },
            },
            text: `backstageCredentials{userPrincipal{user:default/jane,actor={servicePrincipal{plugin:${pluginId}}}}}`,
          },
        });
      });
    }
  }

  it('issue the same cookie', async () => {
    const shape = async (backend: WireBackend) =>
      (await fetchCookie(backend, identities.user))
        .replace(/=[^;]+;/, '=<token>;')
        .replace(/Expires=[^;]+/, 'Expires=<date>');
    expect(await shape(fleet.ours)).to.equal(await shape(fleet.stock));
  });

  it('never tell tokens to the log', () => {
    for (const backend of [fleet.stock, fleet.ours]) {
      expect(backend.logs()).not.to.match(/eyJ[\w-]+\.eyJ/);
      expect(backend.logs()).not.to.include('static-');
    }
  });
}

function withoutNames(text: string): string {
  return text
    .replace(/north|south/g, '<plugin>')
    .replace(/"expiresAt":"[^"]+"/, '"expiresAt":"<date>"');
}

function outcomeOf({ status, text }: { status: number; text: string }): Outcome {
  return status < 400 ? [status] : [status, JSON.parse(text).error.name];
}
