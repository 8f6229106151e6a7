import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { ConfigReader } from '@backstage/config';
import { expect, use } from 'chai';
import chaiAsPromised from 'chai-as-promised';
import { FetchUrlReader, UrlReaders } from '../../../lib/services';
import { eventually } from '../eventually';
import { routes, startServer, type LocalServer } from './local-server';

use(chaiAsPromised);

const logger: any = { info() {}, warn() {}, error() {}, debug() {}, child: () => logger };

describe('The URL reader for backend.reading.allow', () => {
  let server: LocalServer;
  let other: LocalServer;
  let answers: Parameters<typeof routes>[0];

  beforeEach(async () => {
    answers = {};
    server = await startServer((req, res) => routes(answers)(req, res));
    other = await startServer((_, res) => res.end('other'));
  });

  afterEach(() => Promise.all([server.close(), other.close()]));

  const createReader = (...allow: object[]) =>
    UrlReaders.default({
      config: new ConfigReader({ backend: { reading: { allow } } } as any),
      logger,
    });
  const read = async (reader: ReturnType<typeof createReader>, path: string, options?: object) =>
    (await (await reader.readUrl(`${server.url}${path}`, options)).buffer()).toString();
  const redirect =
    (location: string, status = 302) =>
    (_: unknown, res: any) =>
      res.writeHead(status, { location }).end();

  it('reads a file of an allowed host, with etag, date and token', async () => {
    answers['/a.json'] = (_, res) => {
      res
        .setHeader('etag', 'e1')
        .setHeader('last-modified', 'Wed, 21 Oct 2026 07:28:00 GMT')
        .end('{}');
    };
    const lastModifiedAfter = new Date('2026-01-01T00:00:00Z');

    const response = await createReader({ host: server.host }).readUrl(`${server.url}/a.json`, {
      etag: 'e0',
      lastModifiedAfter,
      token: 't',
    });

    expect(response.etag).to.equal('e1');
    expect(response.lastModifiedAt).to.deep.equal(new Date('2026-10-21T07:28:00Z'));
    expect(server.requests[0].headers).to.include({
      'if-none-match': 'e0',
      'if-modified-since': lastModifiedAfter.toUTCString(),
      authorization: 'Bearer t',
    });
  });

  it('gives the content as a buffer or as a stream, not both', async () => {
    answers['/a'] = 'content';
    const reader = createReader({ host: server.host });
    const buffered = await reader.readUrl(`${server.url}/a`);
    const streamed = await reader.readUrl(`${server.url}/a`);

    expect(String(await buffered.buffer())).to.equal('content');
    expect(String(await buffered.buffer())).to.equal('content');
    expect(() => buffered.stream!()).to.throw('Cannot use buffer() and stream()');
    expect(String((await streamed.stream!().toArray())[0])).to.equal('content');
    await expect(streamed.buffer()).to.be.rejectedWith('Cannot use buffer() and stream()');
  });

  it('gives an empty file', async () => {
    answers['/empty'] = '';

    expect(await read(createReader({ host: server.host }), '/empty')).to.equal('');
  });

  it('throws NotModifiedError and NotFoundError', async () => {
    answers['/same'] = (_, res) => res.writeHead(304).end();
    const reader = createReader({ host: server.host });

    await expect(read(reader, '/same')).to.be.rejected.and.eventually.have.property(
      'name',
      'NotModifiedError',
    );
    await expect(read(reader, '/none'))
      .to.be.rejectedWith(`could not read ${server.url}/none, 404 Not Found`)
      .and.eventually.have.property('name', 'NotFoundError');
  });

  it('names a server that does not answer', async () => {
    const reader = createReader({ host: server.host });
    await server.close();

    await expect(read(reader, '/a')).to.be.rejectedWith(
      new RegExp(`^Unable to read ${server.url}/a, .*ECONNREFUSED`),
    );
  });

  it('follows redirects to allowed places, and passes no token to another server', async () => {
    answers['/moved'] = redirect('/here');
    answers['/here'] = 'here';
    answers['/away'] = redirect(`${other.url}/x`, 307);
    const reader = createReader({ host: server.host }, { host: other.host });

    expect(await read(reader, '/moved', { token: 't' })).to.equal('here');
    expect(server.requests[1].headers.authorization).to.equal('Bearer t');
    expect(await read(reader, '/away', { token: 't' })).to.equal('other');
    expect(other.requests[0].headers.authorization).to.be.undefined;
  });

  it('does not follow redirects to other places', async () => {
    answers['/away'] = redirect(`${other.url}/x`);
    answers['/file'] = redirect('file:///etc/passwd');

    const reader = createReader({ host: server.host });

    await expect(read(reader, '/away')).to.be.rejectedWith(
      `URL not allowed by backend.reading.allow configuration: ${other.url}/x`,
    );
    await expect(read(reader, '/file')).to.be.rejectedWith('not allowed');
    expect(other.requests).to.deep.equal([]);
  });

  it('checks where each of several redirects leads', async () => {
    answers['/first'] = redirect('/second', 301);
    answers['/second'] = redirect('/third', 308);
    answers['/third'] = redirect('/below/../outside');
    answers['/outside'] = 'secret';
    answers['/user'] = redirect(`http://user:secret@${server.host}/first`);
    const reader = createReader({
      host: server.host,
      paths: ['/first', '/second', '/third', '/below', '/user'],
    });

    await expect(read(reader, '/first')).to.be.rejectedWith(
      `URL not allowed by backend.reading.allow configuration: ${server.url}/outside`,
    );
    expect(server.requests.map(({ url }) => url)).to.deep.equal(['/first', '/second', '/third']);
    await expect(read(reader, '/user')).to.be.rejectedWith(
      `Unable to read http://***@${server.host}/first, its user and password cannot be sent along`,
    );
  });

  it('shows no password of a URL that it does not read', async () => {
    const reader = createReader({ host: server.host });

    await expect(reader.readUrl(`http://user:secret@${server.host}/a`))
      .to.be.rejectedWith(`Unable to read http://***@${server.host}/a, its user and password`)
      .and.eventually.have.property('name', 'InputError');
    await expect(reader.readUrl('https://user:sec@ret@elsewhere.test/a')).to.be.rejectedWith(
      `Reading from 'https://***@elsewhere.test/a' is not allowed`,
    );
    await expect(reader.readUrl('a b'))
      .to.be.rejectedWith("Unable to read 'a b', it is not a URL")
      .and.eventually.have.property('name', 'InputError');
  });

  it('is given up by an abort before anybody reads the content', async () => {
    let gone = false;
    answers['/endless'] = (_, res) => {
      res.on('close', () => (gone = true));
      res.write('x');
    };
    const controller = new AbortController();

    const response = await createReader({ host: server.host }).readUrl(`${server.url}/endless`, {
      signal: controller.signal,
    });
    controller.abort();

    await eventually(() => expect(gone).to.equal(true));
    await expect(response.buffer()).to.be.rejected.and.eventually.have.property(
      'name',
      'AbortError',
    );
  });

  for (const [moment, begin] of [
    ['before it is read', () => {}],
    ['while it is read', (stream: Readable) => once(stream, 'data')],
  ] as const) {
    it(`ends the answer when its stream is closed ${moment}`, async () => {
      let gone = false;
      answers['/endless'] = (_, res) => {
        res.on('close', () => (gone = true));
        res.write('x');
      };

      const response = await createReader({ host: server.host }).readUrl(`${server.url}/endless`);
      const stream = response.stream!();
      await begin(stream);
      stream.destroy();

      await eventually(() => expect(gone).to.equal(true));
    });
  }

  it('gives up on redirects in a circle', async () => {
    answers['/loop'] = redirect('/loop');

    await expect(read(createReader({ host: server.host }), '/loop')).to.be.rejectedWith(
      `Too many redirects (max 5) when reading ${server.url}/loop`,
    );
    expect(server.requests).to.have.length(5);
  });

  describe('allows', () => {
    const cases: Array<[allow: object, url: string, allowed: boolean]> = [
      [{ host: 'example.com' }, 'https://example.com/a', true],
      [{ host: 'example.com' }, 'https://example.com:8080/a', false],
      [{ host: 'example.com' }, 'https://a.example.com/', false],
      [{ host: 'example.com' }, 'https://example.com.evil.org/', false],
      [{ host: 'example.com' }, 'ftp://example.com/', false],
      [{ host: 'example.com:8080' }, 'https://example.com:8080/a', true],
      [{ host: 'example.com:8080' }, 'https://example.com/a', false],
      [{ host: 'example.com:443' }, 'https://example.com/a', true],
      [{ host: 'example.com:80' }, 'http://example.com/a', true],
      [{ host: 'example.com:80-90' }, 'http://example.com:85/a', true],
      [{ host: 'example.com:80-90' }, 'http://example.com:91/a', false],
      [{ host: '*.example.com' }, 'https://a.b.example.com/', true],
      [{ host: '*.example.com' }, 'https://example.com/', false],
      [{ host: 'example.com', paths: ['/a'] }, 'https://example.com/a', true],
      [{ host: 'example.com', paths: ['/a'] }, 'https://example.com/a/b?c', true],
      [{ host: 'example.com', paths: ['/a'] }, 'https://example.com/ab', false],
      [{ host: 'example.com', paths: ['/a/'] }, 'https://example.com/a', false],
      [{ host: 'example.com', paths: ['/a/'] }, 'https://example.com/a/b', true],
      [{ host: 'example.com', paths: ['/a'] }, 'https://example.com/a/../b', false],
      [{ host: 'example.com', paths: ['/a'] }, 'https://example.com/a/%2e%2e/b', false],
      [{ host: 'example.com', paths: ['/a'] }, 'https://example.com/a/..%2fb', false],
      [{ host: 'example.com', paths: ['/a'] }, 'https://example.com/a/%2e%2e%5cb', false],
      [{ host: 'example.com', paths: ['/a'] }, 'https://example.com//a', true],
      [{ host: 'example.com', paths: ['/a'] }, 'https://example.com/a/..%252fb', false],
      [{ host: 'example.com', paths: ['/a'] }, 'https://example.com/a/%252e%252e/b', false],
      [{ host: 'example.com', paths: ['/a'] }, 'https://example.com/a/%25252e./b', false],
      [{ host: 'example.com', paths: ['/a'] }, 'https://example.com/a/..;x=1/b', false],
      [{ host: 'example.com', paths: ['/a'] }, 'https://example.com/a/..%3bx/b', false],
      [{ host: 'example.com', paths: ['/a'] }, 'https://example.com/a/b;x=1/c', true],
      [{ host: 'example.com', paths: ['/100%25'] }, 'https://example.com/100%25/a', true],
      [{ host: 'example.com', paths: ['/a%2Fb'] }, 'https://example.com/a/b', false],
      [{ host: 'example.com', paths: ['/a'] }, 'https://example.com/A', false],
      [{ host: 'Example.COM' }, 'https://example.com/', true],
      [{ host: '*.Example.com:8080' }, 'https://a.example.com:8080/', true],
      [{ host: 'example.com' }, 'HTTPS://EXAMPLE.COM/', true],
      [{ host: 'example.com' }, 'https://example.com./', false],
      [{ host: 'münchen.example' }, 'https://xn--mnchen-3ya.example/', true],
      [{ host: 'xn--mnchen-3ya.example' }, 'https://münchen.example/', true],
      [{ host: 'example.com/a' }, 'https://example.com/a', false],
      [{ host: 'evil.org@example.com' }, 'https://example.com/', false],
      [{ host: 'example.com' }, 'https://example.com@evil.org/', false],
      [{ host: 'example.com' }, 'https://example.com\\@evil.org/', true],
      [{ host: '127.0.0.1' }, 'http://2130706433/', true],
      [{ host: 'example.com' }, 'http://127.0.0.1/', false],
    ];
    for (const [allow, url, allowed] of cases) {
      it(`${JSON.stringify(allow)}: ${allowed ? '' : 'not '}${url}`, () => {
        const config = new ConfigReader({ backend: { reading: { allow: [allow] } } } as any);
        const [{ predicate }] = FetchUrlReader.factory({ config, logger } as any);

        expect(predicate(new URL(url))).to.equal(allowed);
      });
    }

    it('nothing without a list', () => {
      const [{ predicate }] = FetchUrlReader.factory({
        config: new ConfigReader({}),
        logger,
      } as any);

      expect(predicate(new URL('https://example.com'))).to.be.false;
    });

    it('nothing by an entry that is a URL or has no port', () => {
      for (const host of ['https://example.com', 'example.com:x', 'example.com:0']) {
        const [{ predicate }] = FetchUrlReader.factory({
          config: new ConfigReader({
            backend: { reading: { allow: [{ host }, { host: 'a.com' }] } },
          }),
          logger,
        } as any);
        expect(predicate(new URL('https://example.com/a'))).to.be.false;
        expect(predicate(new URL('https://a.com/a'))).to.be.true;
      }
    });

    it('no port range that is none, and names it', () => {
      for (const host of ['example.com:90-80', 'example.com:x-y', 'example.com:0-']) {
        expect(() => createReader({ host })).to.throw(
          `Invalid config at backend.reading.allow[0].host, port range is not valid: '${host.split(':')[1]}'`,
        );
      }
    });
  });

  describe('with backend.reading.limits.maxFileBytes', () => {
    const createLimited = (maxFileBytes: number) =>
      UrlReaders.default({
        config: new ConfigReader({
          backend: { reading: { allow: [{ host: server.host }], limits: { maxFileBytes } } },
        }),
        logger,
      });

    it('reads smaller files as usual', async () => {
      answers['/a'] = (_, res) => res.setHeader('etag', 'e1').end('12345');

      const response = await createLimited(5).readUrl(`${server.url}/a`);

      expect(response.etag).to.equal('e1');
      expect(String(await response.buffer())).to.equal('12345');
    });

    it('stops reading a larger one', async () => {
      answers['/endless'] = (_, res) => {
        const write = () => {
          while (!res.destroyed && res.write('x'.repeat(1000)));
        };
        res.on('drain', write);
        write();
      };
      const reader = createLimited(5000);
      const read = async () => (await reader.readUrl(`${server.url}/endless`)).buffer();

      await expect(read()).to.be.rejectedWith(
        `The file ${server.url}/endless has more than 5000 bytes; the limit can be raised with backend.reading.limits.maxFileBytes`,
      );
    });

    it('names a limit that is none', () => {
      expect(() => createLimited(-1)).to.throw(
        "Invalid config at backend.reading.limits.maxFileBytes, '-1' must be a number above 0",
      );
    });
  });

  describe('with an IPv6 address', () => {
    let local: LocalServer;

    beforeEach(async function skipWithoutIpv6() {
      try {
        local = await startServer((_, res) => res.end('six'), '::1');
      } catch (error) {
        this.test!.parent!.title += ` (skipped: ${error})`;
        this.skip();
      }
    });

    afterEach(() => local?.close());

    const readsFrom = async (host: string, url = `${local.url}/a`) =>
      String(await (await createReader({ host }).readUrl(url)).buffer());

    it('reads from its port, from a range of ports and however it is written', async () => {
      const { port } = new URL(local.url);
      expect(await readsFrom(local.host)).to.equal('six');
      expect(await readsFrom(`[::1]:1-65535`)).to.equal('six');
      expect(await readsFrom(`[0:0:0:0:0:0:0:1]:${port}`)).to.equal('six');
      expect(await readsFrom(local.host, `http://[0::0001]:${port}/`)).to.equal('six');
    });

    it('refuses other ports and addresses, and what is no address', async () => {
      const { port } = new URL(local.url);
      for (const host of [
        '[::1]',
        '[::1]:1',
        `[::2]:${port}`,
        `::1:${port}`,
        `[::1]x:${port}`,
        `[x]:${port}`,
        `[::1]:${port}x`,
      ]) {
        await expect(readsFrom(host), host).to.be.rejectedWith('is not allowed');
      }
    });

    it('means the default port where none is named', async () => {
      for (const url of ['http://[::1]/', 'https://[::1]/a']) {
        // Nothing may listen there: that it is asked is what counts.
        const failure = await readsFrom('[::1]', url).then(
          () => undefined,
          error => error,
        );
        expect(String(failure)).not.to.include('not allowed');
      }
    });
  });

  it('searches for single files only', async () => {
    answers['/a'] = 'a';
    const reader = createReader({ host: server.host });

    const { files } = await reader.search(`${server.url}/a`);

    expect(files.map(({ url }) => url)).to.deep.equal([`${server.url}/a`]);
    expect(await reader.search(`${server.url}/none`)).to.deep.equal({ files: [], etag: '' });
    await expect(reader.search(`${server.url}/*`)).to.be.rejectedWith('Unsupported search pattern');
    await expect(reader.readTree(`${server.url}/a`)).to.be.rejectedWith(
      'does not implement readTree',
    );
  });
});
