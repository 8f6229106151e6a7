import { expect } from 'chai';
import { startEdge } from './support/start-edge';

const MISTAKES: { [name in string]: [backend: object, message: RegExp] } = {
  'a port': [{ listen: { port: 70000 } }, /Invalid port 70000 in backend\.listen/],
  'an address': [{ listen: 'here:there' }, /listen address here:there, expected <port> or/],
  'a certificate': [{ https: { certificate: {} } }, /'backend\.https\.certificate\.cert'/],
  'a proxy': [{ trustProxy: 'somewhere' }, /"somewhere" in backend\.trustProxy, expected true/],
  'a duration of the shutdown': [
    { lifecycle: { serverShutdownDelay: 'soon' } },
    /'soon'.*backend\.lifecycle\.serverShutdownDelay/,
  ],
  'a duration of the start': [
    { lifecycle: { startupRequestPauseTimeout: [] } },
    /backend\.lifecycle\.startupRequestPauseTimeout/,
  ],
  'a duration of open requests': [
    { lifecycle: { requestDrainTimeout: 'x' } },
    /'x'.*backend\.lifecycle\.requestDrainTimeout/,
  ],
  'a count of the server': [
    { server: { maxHeadersCount: 'many' } },
    /'backend\.server\.maxHeadersCount'/,
  ],
  'a directive of the content security policy': [
    { csp: { connectSrc: 'self' } },
    /'backend\.csp\.connectSrc'/,
  ],
  'a source of the content security policy': [
    { csp: { connectSrc: ['a; b'] } },
    /backend\.csp.*"connect-src"/,
  ],
  'a referrer policy': [{ referrer: { policy: ['nobody'] } }, /backend\.referrer.*"nobody"/],
  'an origin': [{ cors: { origin: 5 } }, /'backend\.cors\.origin'/],
  'a health header': [{ health: { headers: { a: 1 } } }, /backend\.health\.headers/],
  'a rate limit': [{ rateLimit: { window: 'x' } }, /'x'.*backend\.rateLimit\.window/],
  'whether calls stay in the process': [
    { inProcessCalls: 'yes please' },
    /'backend\.inProcessCalls'/,
  ],
  'an auth policy': [
    { auth: { policies: [{ plugin: 5 }] } },
    /'backend\.auth\.policies\[0\]\.plugin'/,
  ],
};

describe('a mistake in the configuration of the HTTP server', () => {
  for (const [name, [backend, message]] of Object.entries(MISTAKES)) {
    it(`is named before the server listens: ${name}`, async () => {
      const failure = await startEdge({ config: { backend } }).then(
        async edge => {
          await edge.stop();
          expect.fail('started');
        },
        error => error,
      );
      expect(failure.message).to.match(message);
    });
  }
});
