import { createRequire } from 'node:module';
import { join } from 'node:path';
import { ConfigReader } from '@backstage/config';
import { expect } from 'chai';
import type { UrlReaderService } from 'backstage-forklift';
import { UrlReaders } from 'backstage-forklift/services';
import { tarGz } from './archives';
import { routes, startServer, type LocalServer } from './local-server';

const stock = createRequire(join(__dirname, '../../interop/package.json'));
const logger: any = { info() {}, warn() {}, error() {}, debug() {}, child: () => logger };

const archive = tarGz([
  { path: 'acme-portal-1/', type: 'Directory' },
  { path: 'acme-portal-1/catalog-info.yaml', content: 'kind: System' },
  { path: 'acme-portal-1/docs/', type: 'Directory' },
  { path: 'acme-portal-1/docs/index.md', content: '# docs' },
  { path: 'acme-portal-1/docs/deep/page.md', content: '# page' },
]);

describe('The URL reader', () => {
  let server: LocalServer;

  before(async () => {
    const base64 = (text: string) => Buffer.from(text).toString('base64');
    const file: Parameters<typeof routes>[0][string] = (req, res) => {
      res.writeHead(req.headers['if-none-match'] === '"v1"' ? 304 : 200, {
        etag: '"v1"',
        'last-modified': 'Wed, 21 Oct 2026 07:28:00 GMT',
      });
      res.end(res.statusCode === 304 ? '' : 'kind: System');
    };
    server = await startServer((req, res) => routes(answers)(req, res));
    const answers: Parameters<typeof routes>[0] = {
      '/gh/repos/acme/portal': { default_branch: 'main' },
      '/gh/repos/acme/portal/commits/main/status?per_page=0': {
        sha: 'c1',
        repository: {
          archive_url: `${server.url}/archive/{archive_format}{/ref}`,
          trees_url: `${server.url}/trees{/sha}`,
        },
      },
      '/archive/tarball/c1': archive,
      '/trees/c1?recursive=true': {
        truncated: false,
        tree: [{ type: 'blob', path: 'docs/index.md', url: `${server.url}/blob/1` }],
      },
      '/blob/1': { content: base64('# docs') },
      '/gh/repos/acme/portal/contents/catalog-info.yaml?ref=main': file,
      '/gh/repos/acme/portal/contents/broken.yaml?ref=main': (_, res) => res.writeHead(500).end(),
      '/gl/projects/acme%2Fportal': { default_branch: 'main' },
      '/gl/projects/acme%2Fportal/repository/commits?ref_name=main': [{ id: 'c1' }],
      '/gl/projects/acme%2Fportal/repository/commits?ref_name=main&path=docs': [{ id: 'c2' }],
      '/gl/projects/acme%2Fportal/repository/archive?sha=main': archive,
      '/gl/projects/acme%2Fportal/repository/archive?sha=main&path=docs': archive,
      '/gl/projects/acme%2Fportal/repository/files/catalog-info.yaml/raw?ref=main': file,
      '/plain.yaml': file,
      '/moved.yaml': (_, res) => res.writeHead(302, { location: '/plain.yaml' }).end(),
      '/away.yaml': (_, res) => res.writeHead(302, { location: 'http://elsewhere.test/' }).end(),
    };
  });

  beforeEach(() => server.requests.splice(0));

  after(() => server.close());

  /** What comes of a call: its values, or the name and message of its error. */
  const outcomeOf = async (call: Promise<any>): Promise<unknown> => {
    try {
      const answer = await call;
      const { etag, lastModifiedAt } = answer;
      if (answer.buffer) {
        return { text: String(await answer.buffer()), etag, lastModifiedAt };
      }
      const list: any[] = typeof answer.files === 'function' ? await answer.files() : answer.files;
      return {
        etag,
        files: await Promise.all(
          list.map(async ({ path, url, content }) => ({
            path,
            url,
            text: String(await content()),
          })),
        ),
      };
    } catch (error) {
      const { name, message } = error as Error;
      return { name, message };
    }
  };

  const calls: Record<string, (reader: UrlReaderService, url: string) => Promise<any>> = {
    'a file': (reader, url) => reader.readUrl(`${url}/catalog-info.yaml`),
    'a file that has not changed': (reader, url) =>
      reader.readUrl(`${url}/catalog-info.yaml`, { etag: '"v1"' }),
    'a file that does not exist': (reader, url) => reader.readUrl(`${url}/none.yaml`),
    'a file that cannot be read': (reader, url) => reader.readUrl(`${url}/broken.yaml`),
    'a tree': (reader, url) => reader.readTree(url.replace('/blob/', '/tree/')),
    'a tree that has not changed': (reader, url) =>
      reader.readTree(url.replace('/blob/', '/tree/'), { etag: 'c1' }),
    'a folder': (reader, url) => reader.readTree(`${url.replace('/blob/', '/tree/')}/docs`),
    'some files of a tree': (reader, url) =>
      reader.readTree(url.replace('/blob/', '/tree/'), {
        filter: (path, info) => path.endsWith('.md') && info!.size < 100,
      }),
    'a search for a file': (reader, url) => reader.search(`${url}/catalog-info.yaml`),
    'a search for nothing': (reader, url) => reader.search(`${url}/none.yaml`),
    'a search by pattern': (reader, url) => reader.search(`${url}/docs/*.md`),
  };
  const hosts: Record<string, { config: () => object; url: () => string }> = {
    GitHub: {
      config: () => ({
        integrations: {
          github: [{ host: server.host, apiBaseUrl: `${server.url}/gh`, token: 't' }],
        },
      }),
      url: () => `${server.url}/acme/portal/blob/main`,
    },
    GitLab: {
      config: () => ({
        integrations: {
          gitlab: [
            { host: server.host, apiBaseUrl: `${server.url}/gl`, baseUrl: server.url, token: 't' },
          ],
        },
      }),
      url: () => `${server.url}/acme/portal/-/blob/main`,
    },
  };

  const compare = async (
    config: object,
    call: (reader: UrlReaderService) => Promise<any>,
  ): Promise<void> => {
    const options = { config: new ConfigReader(config as any), logger };
    const ours = await outcomeOf(call(UrlReaders.default(options)));
    const asked = server.requests.splice(0).map(describeRequest);
    const theirs = await outcomeOf(
      call(stock('@backstage/backend-defaults/urlReader').UrlReaders.default(options)),
    );

    expect(ours).to.deep.equal(theirs);
    expect(asked).to.have.deep.members(server.requests.splice(0).map(describeRequest));
  };
  const describeRequest = ({ method, url, headers }: any) => [
    method,
    url,
    headers.authorization,
    headers['private-token'],
    headers['if-none-match'],
  ];

  for (const [name, { config, url }] of Object.entries(hosts)) {
    for (const [what, call] of Object.entries(calls)) {
      it(`answers for ${what} of ${name} like stock Backstage, with the same requests`, () =>
        compare(config(), reader => call(reader, url())));
    }
  }

  const paths = ['/plain.yaml', '/moved.yaml', '/away.yaml', '/none.yaml'];
  for (const path of paths) {
    it(`answers for ${path} of an allowed host like stock Backstage, with the same requests`, () =>
      compare({ backend: { reading: { allow: [{ host: server.host }] } } }, reader =>
        reader.readUrl(`${server.url}${path}`),
      ));
  }

  it('refuses other hosts like stock Backstage', () =>
    compare({}, reader => reader.readUrl('https://example.com/a')));
});
