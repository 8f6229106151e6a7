import { ConfigReader } from '@backstage/config';
import { expect } from 'chai';
import {
  readCorsOptions,
  readHelmetOptions,
  readHttpServerOptions,
} from 'backstage-forklift/services';

const config = (data: object) => new ConfigReader(data as never);

describe('readHttpServerOptions', () => {
  it('reads where to listen in every form', () => {
    const forms: Array<[listen: unknown, expected: object]> = [
      [undefined, { host: '', port: 7007 }],
      [':80', { host: '', port: 80 }],
      ['80', { host: '', port: 80 }],
      [80, { host: '', port: 80 }],
      ['0.0.0.0:80', { host: '0.0.0.0', port: 80 }],
      [{ port: 80 }, { host: '', port: 80 }],
      [{ port: '80' }, { host: '', port: 80 }],
      [{ host: '' }, { host: '', port: 7007 }],
      [
        { host: '::', port: 0 },
        { host: '::', port: 0 },
      ],
    ];
    for (const [listen, expected] of forms) {
      expect(readHttpServerOptions(config({ listen })).listen).to.deep.equal(expected);
    }
    expect(readHttpServerOptions()).to.deep.equal({
      listen: { host: '', port: 7007 },
      https: undefined,
    });
  });

  it('names what is wrong', () => {
    const mistakes: Array<[backend: object, message: string]> = [
      [{ listen: 'a:b' }, 'Unable to parse listen address a:b, expected <port> or <host>:<port>'],
      [{ listen: '1:2:3' }, 'Unable to parse listen address 1:2:3'],
      [{ listen: { port: 99999 } }, 'Invalid port 99999 in backend.listen'],
      [{ listen: { port: 80.5 } }, 'Invalid port 80.5 in backend.listen'],
      [{ listen: { host: 5 } }, "'listen.host'"],
      [{ listen: { port: 'http' } }, "'listen.port'"],
      [{ https: true, baseUrl: 'nowhere' }, 'Invalid baseUrl "nowhere"'],
      [{ https: true }, "'baseUrl'"],
      [{ https: { certificate: { cert: 'c' } } }, "'https.certificate.key'"],
      [{ https: 'yes' }, "'https'"],
      [{ https: false }, "'https'"],
    ];
    for (const [backend, message] of mistakes) {
      expect(() => readHttpServerOptions(config(backend))).to.throw(message);
    }
  });

  it('reads certificates', () => {
    const pem = { type: 'pem', cert: 'c', key: 'k' };
    expect(
      readHttpServerOptions(config({ https: { certificate: { cert: 'c', key: 'k' } } })).https,
    ).to.deep.equal({ certificate: pem });
    expect(
      readHttpServerOptions(config({ https: true, baseUrl: 'https://portal.acme.com:7007' })).https,
    ).to.deep.equal({ certificate: { type: 'generated', hostname: 'portal.acme.com' } });
  });
});

describe('readCorsOptions', () => {
  it('allows nothing without configuration', () => {
    expect(readCorsOptions()).to.deep.equal({ origin: false });
    expect(readCorsOptions(config({}))).to.deep.equal({ origin: false });
  });

  it('takes single strings for lists, and leaves out what is not set', () => {
    expect(readCorsOptions(config({ cors: { methods: 'GET', credentials: true } }))).to.deep.equal({
      methods: ['GET'],
      credentials: true,
    });
  });

  it('matches origins by pattern', () => {
    const { origin } = readCorsOptions(
      config({ cors: { origin: ['https://*.acme.com', 'null'] } }),
    );
    const isAllowed = (from: string | undefined) => {
      let answer: unknown;
      (origin as any)(from, (_error: null, allowed: unknown) => {
        answer = allowed;
      });
      return answer;
    };
    expect(isAllowed('https://a.acme.com')).to.equal(true);
    expect(isAllowed('HTTPS://A.ACME.COM')).to.equal(true);
    expect(isAllowed('https://acme.com')).to.equal(false);
    expect(isAllowed('https://a.acme.com.evil.org')).to.equal(false);
    expect(isAllowed(undefined)).to.equal(false);
  });

  it('names what is wrong', () => {
    expect(() => readCorsOptions(config({ cors: { origin: [5] } }))).to.throw("'cors.origin[0]'");
    expect(() => readCorsOptions(config({ cors: { maxAge: 'long' } }))).to.throw("'cors.maxAge'");
    expect(() => readCorsOptions(config({ cors: true }))).to.throw("'cors'");
  });
});

describe('readHelmetOptions', () => {
  it('adds to, replaces and removes directives, whatever their spelling', () => {
    const { contentSecurityPolicy } = readHelmetOptions(
      config({
        csp: {
          connectSrc: ['https:'],
          'img-src': ['*'],
          upgradeInsecureRequests: false,
          'font-src': false,
        },
      }),
    );
    const { directives } = contentSecurityPolicy as { directives: object };
    expect(directives).to.deep.include({ 'connect-src': ['https:'], 'img-src': ['*'] });
    expect(directives).to.not.have.any.keys('upgrade-insecure-requests', 'font-src', 'form-action');
  });

  it('names what is wrong', () => {
    expect(() => readHelmetOptions(config({ csp: { connectSrc: 5 } }))).to.throw(
      "'csp.connectSrc'",
    );
    expect(() => readHelmetOptions(config({ csp: { connectSrc: true } }))).to.throw(
      "'csp.connectSrc'",
    );
    expect(() => readHelmetOptions(config({ referrer: { policy: 5 } }))).to.throw(
      "'referrer.policy'",
    );
  });
});
